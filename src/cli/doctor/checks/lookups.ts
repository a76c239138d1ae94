import { duration } from '../../duration';
import type { HostEvidence } from '../probing/evidence';
import type { Figures } from '../probing/figures';
import type { Diagnoses } from '../verdicts/diagnose';
import { kindsOf } from '../verdicts/symptoms';
import { type Check, checkOf, skipped } from './check';

const TITLE = 'lookups';

function line(kind: string, { count, p50, p95, max, timeoutClusters, outcomes }: Figures): string {
  const waits = timeoutClusters
    .filter((wait) => wait.count > 0)
    .map((wait) => `${wait.count} of about ${wait.seconds} s`);
  const none = outcomes.unanswered > 0 ? [`${outcomes.unanswered} unanswered`] : [];
  const failed = outcomes.failed > 0 ? [`${outcomes.failed} failed`] : [];
  const times = `p50 ${duration(p50)}, p95 ${duration(p95)}, max ${duration(max)}`;
  return [`${kind}: ${count} lookups`, times, ...waits, ...failed, ...none].join(', ');
}

function linesOf(host: HostEvidence, wait: number): string[] {
  const { a, aaaa, both } = kindsOf(host, wait);
  const kinds = [
    ['A alone', a],
    ['AAAA alone', aaaa],
    ['both', both],
  ] as const;
  return [
    host.host,
    ...kinds.filter(([, figures]) => figures.count > 0).map(([name, figures]) => `  ${line(name, figures)}`),
    ...(host.skipped > 0
      ? [`  ${host.skipped} lookups were not made: the doctor sends 500 queries at most`]
      : []),
  ];
}

function usual(host: HostEvidence, wait: number): string {
  const { a, both } = kindsOf(host, wait);
  const times = [
    ...(a.count > 0 ? [`A alone ${duration(a.p50)}`] : []),
    ...(both.count > 0 ? [`both ${duration(both.p50)}`] : []),
  ];
  const from = host.source === 'hosts' ? ' (the hosts file answers)' : '';
  return `${host.host}${from}: ${times.join(', ') || 'no lookup was made'}`;
}

/** The lookups of every host, made as the application makes them, each from a fresh thread. */
export function checkLookups(
  hosts: readonly HostEvidence[],
  { hosts: findings }: Diagnoses,
  wait: number,
  why: string | undefined,
): Check {
  if (hosts.every(({ lookups }) => lookups.length === 0)) {
    return skipped('lookups', TITLE, why ?? 'no lookup was made');
  }
  const evidence = hosts.flatMap((host) => linesOf(host, wait));
  const summary = hosts.map((host) => usual(host, wait)).join('; ');
  return checkOf('lookups', TITLE, summary, evidence, findings);
}
