import { checkAddresses } from './checks/addresses';
import { checkConntrack } from './checks/conntrack';
import { checkEnvironment } from './checks/environment';
import { checkLibc } from './checks/libc';
import { checkNameservers } from './checks/nameservers';
import { checkNode } from './checks/node';
import { checkProbes } from './checks/probes';
import { checkResolvConf } from './checks/resolv-conf';
import { readConntrack } from './facts/conntrack-counters';
import { runtimeOf } from './facts/environment';
import { firstWait } from './facts/resolver-config';
import { hostSources, lacksNameserver } from './facts/system';
import { figuresOf, hasStalled } from './probing/figures';
import { measureHeadOfLine } from './probing/head-of-line';
import { answersUdp, type NameserverSurvey, surveyNameservers } from './probing/nameserver-survey';
import { MOST_QUERIES } from './probing/query-budget';
import { LONGEST, type Session } from './probing/session';
import { isUnclear, launch, newSurvey, roundsFor, type Survey } from './probing/survey';
import { findTarget, type Target } from './probing/target';
import type { AdviceContext } from './remedies/remedies';
import type { Examination, HostReport } from './reports/examination';
import { verdictOf } from './verdicts/verdict';

/** Told as the examination goes on. */
export type Progress = (doing: string, surveys: readonly Survey[]) => void;

/** The second look, where some lookups stall and others do not. */
const SECOND_LOOK = { rounds: 30, over: 9000 };
/** ms into the run after which no more probes are begun: a stall must still come to its end. */
const LATEST_LAUNCH = 32_000;
/** ms kept at the end for the report. */
const FOR_THE_REPORT = 2000;

type Nameservers = readonly NameserverSurvey[] | { readonly skipped: string };

function hostReport(survey: Survey, session: Session): HostReport {
  const { system } = session;
  const wait = firstWait(system.config, system.libc);
  const samples = survey.samples.toSorted((a, b) => a.at - b.at);
  const of = (family: 0 | 4 | 6) =>
    figuresOf(
      samples.filter((sample) => sample.family === family),
      wait,
    );
  const { target, skipped } = survey;
  const figures = { a: of(4), aaaa: of(6), both: of(0) };
  const verdict = verdictOf({
    host: target.host,
    ...figures,
    libc: system.libc,
    wait,
    candidates: target.tried.length,
    asksDns: hostSources(system).some((source) => source === 'dns' || source === 'resolve'),
  });
  return { target, verdict, ...figures, samples, skipped };
}

function nameserversSkipped(session: Session): string | undefined {
  const { libc, config, takesNameservers } = session.system;
  if (!takesNameservers)
    return `asking one nameserver alone needs glibc, this is ${libc.name === 'other' ? session.system.platform : libc.name}`;
  if (!hostSources(session.system).includes('dns')) return 'nsswitch.conf asks no nameserver';
  return config.nameservers.length === 0 ? 'resolv.conf names none' : undefined;
}

// Until all have come back, or there is no time left to wait for them.
async function ended(work: readonly Promise<unknown>[], session: Session): Promise<void> {
  const timer = setTimeout(() => session.stop(), Math.max(0, LONGEST - FOR_THE_REPORT - session.elapsed));
  await Promise.all(work).finally(() => clearTimeout(timer));
}

async function probeAll(
  hosts: readonly string[],
  over: number,
  session: Session,
  progress: Progress,
): Promise<{ surveys: readonly Survey[]; nameservers: Nameservers }> {
  progress('finding the names', []);
  const targets = await Promise.all(hosts.map((host) => findTarget(host, session)));
  const surveys = targets.map(newSurvey);
  const why = nameserversSkipped(session);
  const nameservers: Promise<Nameservers> =
    why === undefined ? surveyNameservers(targets, session) : Promise.resolve({ skipped: why });

  progress('probing', surveys);
  const out = await launch(surveys, { rounds: roundsFor(targets, MOST_QUERIES), over }, session);
  const unclear = surveys.filter((survey) => isUnclear(survey, session));
  if (unclear.length > 0 && session.elapsed + SECOND_LOOK.over < LATEST_LAUNCH) {
    progress('some stall and some do not: probing once more', surveys);
    out.push(...(await launch(unclear, SECOND_LOOK, session)));
  }
  progress('waiting for those that stall', surveys);
  await ended([...out, nameservers], session);
  return { surveys, nameservers: await nameservers };
}

function settingOf({ system }: Session, nameservers: Nameservers, targets: readonly Target[]): AdviceContext {
  const surveys = 'skipped' in nameservers ? [] : nameservers;
  const searched = targets.filter(({ source, tried }) => source === 'dns' && tried.length > 1);
  return {
    runtime: runtimeOf(system),
    answering: surveys.filter(answersUdp).map(({ address }) => address),
    search: system.config.search,
    fullyQualified: searched.map(({ name }) => name),
  };
}

/** Runs every check; ends early, with what is known, once the session is stopped. */
export async function examine(
  hosts: readonly string[],
  over: number,
  session: Session,
  progress: Progress,
): Promise<Omit<Examination, 'version' | 'interrupted'>> {
  const { system } = session;
  const startedAt = new Date();
  const before = readConntrack();
  // libc would then ask 127.0.0.1, which nobody has named.
  const noNameserver = lacksNameserver(system);
  const none = { surveys: [], nameservers: { skipped: 'resolv.conf names none' } };
  const { surveys, nameservers } = noNameserver ? none : await probeAll(hosts, over, session, progress);
  const after = readConntrack();
  const reports = surveys.map((survey) => hostReport(survey, session));
  const wait = firstWait(system.config, system.libc);
  const stalled = reports.some(({ samples }) => samples.some((sample) => hasStalled(sample, wait)));
  progress('measuring what waits behind a dead name', surveys);
  const headOfLine = await measureHeadOfLine(surveys, session);
  const targets = surveys.map(({ target }) => target);
  return {
    startedAt,
    duration: session.elapsed,
    queries: session.budget.spent,
    wait,
    setting: settingOf(session, nameservers, targets),
    checks: [
      checkLibc(system),
      checkEnvironment(system),
      checkResolvConf(system, targets),
      checkNameservers(system, nameservers),
      checkProbes(reports, noNameserver ? 'there is no nameserver to ask' : undefined),
      checkAddresses(system),
      checkConntrack(system.platform, before, after, stalled),
      checkNode(system, headOfLine),
    ],
    hosts: reports,
  };
}
