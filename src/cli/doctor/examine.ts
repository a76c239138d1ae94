import { checkAddresses } from './checks/addresses';
import { checkConntrack, clashesBetween } from './checks/conntrack';
import { checkEnvironment } from './checks/environment';
import { checkLibc } from './checks/libc';
import { checkLookups } from './checks/lookups';
import { checkNameservers } from './checks/nameservers';
import { checkNode } from './checks/node';
import { checkResolvConf } from './checks/resolv-conf';
import { readConntrack } from './facts/conntrack-counters';
import { runtimeOf } from './facts/environment';
import { firstWait, knows } from './facts/resolver-config';
import { hostSources } from './facts/system';
import { collect, notAsked, type Progress } from './probing/collect';
import { type Evidence, foundAt, type HostEvidence } from './probing/evidence';
import { hasStalled } from './probing/figures';
import { measureHeadOfLine } from './probing/head-of-line';
import type { Session } from './probing/session';
import type { AdviceContext } from './remedies/remedy';
import type { Examination } from './reports/examination';
import { type Diagnoses, diagnose } from './verdicts/diagnose';
import { isFault } from './verdicts/finding';
import { isOfUse } from './verdicts/server-state';

function isFoundAsWritten(host: HostEvidence): boolean {
  const found = host.candidates[foundAt(host)];
  return found !== undefined && found.domain === undefined;
}

function adviceContext({ system }: Session, { hosts }: Evidence, diagnoses: Diagnoses): AdviceContext {
  const { config, libc } = system;
  const [subject] = [...diagnoses.servers, ...diagnoses.hosts].filter(isFault);
  const odd = diagnoses.servers.find(({ id }) => id === 'nameservers-disagree');
  const host = subject?.host ?? hosts[0]?.host;
  const asked = hosts.find((each) => each.host === host);
  // What nss-resolve asks, it asks in its own way.
  const inEnvironment = (system.env['RES_OPTIONS'] ?? '').split(/\s+/).map((word) => word.split(':')[0]);
  const isOurs = !hostSources(system).includes('resolve');
  const searched = hosts.filter((host) => host.source === 'dns' && host.candidates.length > 1);
  return {
    runtime: runtimeOf(system),
    answering: diagnoses.states.filter(isOfUse).map(({ address }) => address),
    nameservers: config.nameservers,
    // LOCALDOMAIN stands in its place, whatever resolv.conf says.
    search: libc.name === 'glibc' && (system.env['LOCALDOMAIN'] ?? '') !== '' ? [] : config.search,
    options: config.options,
    // The environment's word is the last.
    takesOption: (name) => isOurs && knows(libc, name) && !inEnvironment.includes(name),
    takesNameservers: isOurs && system.takesNameservers,
    host,
    foundAsWritten: asked !== undefined && isFoundAsWritten(asked),
    domains: subject?.domain?.split(' ') ?? [],
    odd: odd?.server,
    fullyQualified: searched.flatMap((host) => {
      const name = host.candidates[foundAt(host)]?.name;
      return name === undefined ? [] : [name];
    }),
  };
}

/** Runs every check; ends early, with what is known, once the session is stopped. */
export async function examine(
  hosts: readonly string[],
  guessed: boolean,
  over: number,
  session: Session,
  progress: Progress,
): Promise<Omit<Examination, 'version' | 'interrupted'>> {
  const { system } = session;
  const startedAt = new Date();
  const before = readConntrack();
  const evidence = await collect(hosts, over, session, progress);
  const after = readConntrack();
  const wait = firstWait(system.config, system.libc);
  const clashes = clashesBetween(before, after);
  const diagnoses = diagnose({ system, evidence, wait, clashes, guessed });
  const stalled = evidence.hosts.some(({ lookups }) => lookups.some((sample) => hasStalled(sample, wait)));
  progress('measuring what waits behind a dead name', evidence);
  const headOfLine = await measureHeadOfLine(evidence.hosts, session);
  const why = notAsked(session);
  return {
    startedAt,
    duration: session.elapsed,
    queries: session.budget.spent,
    wait,
    context: adviceContext(session, evidence, diagnoses),
    evidence,
    diagnoses,
    checks: [
      checkLibc(system),
      checkEnvironment(system),
      checkResolvConf(system, evidence.hosts),
      checkNameservers(evidence.servers, diagnoses, why),
      checkLookups(evidence.hosts, diagnoses, wait, why),
      checkAddresses(system),
      checkConntrack(system.platform, before, after, stalled),
      checkNode(system, headOfLine),
    ],
  };
}
