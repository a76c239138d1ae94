import type { ConntrackCounters, ConntrackReading, Whose } from '../facts/conntrack-counters';
import type { Finding } from '../verdicts/finding';
import { type Check, checkOf, skipped } from './check';

const TITLE = 'conntrack';
const ON_THE_NODE =
  'run "conntrack -S" on the node, or the doctor in a pod with hostNetwork: true or hostPID: true';

/** What the kernel counted from the first reading to the second. */
interface Growth {
  readonly insertFailed: number;
  readonly clashResolve: number;
}

function growth(before: ConntrackCounters, after: ConntrackCounters): Growth {
  return {
    insertFailed: after.insertFailed - before.insertFailed,
    clashResolve: (after.clashResolve ?? 0) - (before.clashResolve ?? 0),
  };
}

function findingsOn(whose: Whose, { insertFailed, clashResolve }: Growth, stalled: boolean): Finding[] {
  const where = whose === 'own' ? 'here' : 'on the node';
  const findings: Finding[] = [];
  if (insertFailed > 0) {
    findings.push({
      status: stalled ? 'warn' : 'advice',
      message: `conntrack ${where} dropped ${insertFailed} packets while the lookups ran (insert_failed)`,
      meaning: 'Two packets raced for one entry, or for one port behind SNAT, and the loser was dropped.',
      remedies: ['lookup4', 'dns-config-single-request'],
    });
  }
  if (clashResolve > 0) {
    findings.push({
      status: stalled ? 'warn' : 'ok',
      message: `conntrack ${where} had ${clashResolve} clashes while the lookups ran (clash_resolve)`,
      meaning:
        'Kernels since 2020 rescue the loser of a clash, for one second: an answer slower than that is lost all the same, and the lookup stalls.',
      ...(stalled ? { remedies: ['lookup4', 'dns-config-single-request'] } : {}),
    });
  }
  return findings;
}

/** Whether conntrack lost packets while the lookups ran; `stalled`: whether any of them waited for a timeout. */
export function checkConntrack(
  platform: NodeJS.Platform,
  before: ConntrackReading,
  after: ConntrackReading,
  stalled: boolean,
): Check {
  if (platform !== 'linux') return skipped('conntrack', TITLE, `there is none on ${platform}`);
  if (after.own === undefined) {
    return skipped('conntrack', TITLE, `/proc/net/stat/nf_conntrack is not there: ${ON_THE_NODE}`);
  }
  const findings: Finding[] = [];
  const evidence: string[] = [];
  for (const whose of ['own', 'node'] as const) {
    const [first, last] = [before[whose], after[whose]];
    if (first === undefined || last === undefined) continue;
    const grown = growth(first, last);
    findings.push(...findingsOn(whose, grown, stalled));
    evidence.push(
      `${whose === 'own' ? 'this network namespace' : 'the node'}: insert_failed +${grown.insertFailed}, clash_resolve ${last.clashResolve === undefined ? 'not counted by this kernel' : `+${grown.clashResolve}`}, ${last.entries} entries`,
    );
  }
  // The queries just sent would be among the entries if this namespace tracked connections.
  if (after.own.entries === 0 && after.node === undefined) {
    return skipped(
      'conntrack',
      TITLE,
      `nothing is tracked in this network namespace: the counters that matter are the node's`,
      `A race on the node does not show here: ${ON_THE_NODE}.`,
    );
  }
  return checkOf('conntrack', TITLE, 'no packet lost to a race while the lookups ran', evidence, findings);
}

/** Packets dropped and clashes resolved from the first reading to the second, here and on the node. */
export function clashesBetween(before: ConntrackReading, after: ConntrackReading): number {
  return (['own', 'node'] as const).reduce((sum, whose) => {
    const [first, last] = [before[whose], after[whose]];
    if (first === undefined || last === undefined) return sum;
    const { insertFailed, clashResolve } = growth(first, last);
    return sum + insertFailed + clashResolve;
  }, 0);
}
