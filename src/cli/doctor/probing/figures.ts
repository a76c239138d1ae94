import type { Outcome, Sample } from '../../probe';

/** Probes of one kind, in figures; times in ms. */
export interface Figures {
  readonly count: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** Lookups that waited for a timeout of libc, or had not come back. */
  readonly stalled: number;
  /** How many took about so long, by the seconds: libc's timeouts, one, two, three. */
  readonly timeoutClusters: readonly { readonly seconds: number; readonly count: number }[];
}

/** Retries of one lookup follow each other at this multiple of the first wait: glibc's 5, 10, 15 s. */
const STEPS = [1, 2, 3];

/** A wait is this much shorter at least than the timeout it is counted for: clocks, and late probes. */
const SLACK = 0.1;

/** Which value this share of the values does not exceed; 0 where there are none. */
export function percentile(ascending: readonly number[], percent: number): number {
  return ascending[Math.ceil((percent / 100) * ascending.length) - 1] ?? ascending[0] ?? 0;
}

/** Whether a lookup that took so long has waited for a timeout; `wait` is libc's first, in ms. */
export function hasStalled({ ms, outcome }: Sample, wait: number): boolean {
  return ms >= wait * (1 - SLACK) || (outcome === 'unanswered' && ms >= Math.min(wait, 1000) * (1 - SLACK));
}

/** The figures of these samples; `wait` is the first wait of libc after a lost packet, in ms. */
export function figuresOf(samples: readonly Sample[], wait: number): Figures {
  const ascending = samples.map(({ ms }) => ms).sort((a, b) => a - b);
  const outcomes = { answered: 0, nodata: 0, nxdomain: 0, failed: 0, unanswered: 0 };
  for (const { outcome } of samples) outcomes[outcome] += 1;
  const timeoutClusters = STEPS.map((step) => {
    const middle = wait * step;
    const count = ascending.filter((ms) => Math.abs(ms - middle) <= wait * 2 * SLACK).length;
    return { seconds: middle / 1000, count };
  });
  return {
    count: samples.length,
    outcomes,
    p50: percentile(ascending, 50),
    p95: percentile(ascending, 95),
    max: ascending.at(-1) ?? 0,
    stalled: samples.filter((sample) => hasStalled(sample, wait)).length,
    timeoutClusters,
  };
}
