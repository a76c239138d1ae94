import { duration } from '../../duration';
import type { Figures } from '../probing/figures';
import type { HostReport } from '../reports/examination';
import { type Check, checkOf, skipped } from './check';

const TITLE = 'probes';

function line(kind: string, { count, p50, p95, max, timeoutClusters, outcomes }: Figures): string {
  const waits = timeoutClusters
    .filter((wait) => wait.count > 0)
    .map((wait) => `${wait.count} near ${wait.seconds} s`);
  const none = outcomes.unanswered > 0 ? [`${outcomes.unanswered} unanswered`] : [];
  const failed = outcomes.failed > 0 ? [`${outcomes.failed} failed`] : [];
  const times = `p50 ${duration(p50)}, p95 ${duration(p95)}, max ${duration(max)}`;
  return [`${kind}: ${count} lookups`, times, ...waits, ...failed, ...none].join(', ');
}

/** What the probes of every host say, through the application's own libc, each from a fresh thread. */
export function checkProbes(hosts: readonly HostReport[], why: string | undefined): Check {
  if (hosts.length === 0) return skipped('probes', TITLE, why ?? 'no host was probed');
  const evidence = hosts.flatMap(({ target, a, aaaa, both, skipped }) => [
    `${target.host}${target.name === target.host ? '' : `, asked for as ${target.name}`}`,
    ...[line('A alone', a), line('AAAA alone', aaaa), line('both', both)].map((text) => `  ${text}`),
    ...(skipped > 0 ? [`  ${skipped} lookups were not made: the doctor sends 500 queries at most`] : []),
  ]);
  const verdicts = hosts.map(({ verdict }) => verdict);
  const usual = verdicts.map(({ message }) => message).join('; ');
  const check = checkOf(
    'probes',
    TITLE,
    usual,
    evidence,
    verdicts.filter(({ status }) => status !== 'ok'),
  );
  const nothing = verdicts.every(({ status }) => status === 'skip');
  return nothing ? { ...check, status: 'skip' } : check;
}
