/** What the process measured of itself at rest. */
export interface Sample {
  /** MiB, after a garbage collection. */
  readonly rss: number;
  /** Those of the pool, which come and go, apart. */
  readonly threads: number;
  readonly fds: number;
  readonly pending: number;
}

export interface Trend {
  /** MiB from the first third of the samples to the last, median to median. */
  readonly grown: number;
  /** What must not be so, a sentence each. */
  readonly faults: readonly string[];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * Compares the first third of the samples, which are from after the warm-up, with the last third. Medians: an allocator
 * gives memory back by chance and in steps, and one high sample is no leak, while a leak lifts them all. Threads and file
 * descriptors leak where the least of the end is above the most of the beginning.
 */
export function trend(samples: readonly Sample[], mostGrown: number): Trend {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const first = samples.slice(0, third);
  const last = samples.slice(-third);
  const faults: string[] = [];

  const grown = median(last.map(({ rss }) => rss)) - median(first.map(({ rss }) => rss));
  if (!(grown <= mostGrown)) faults.push(`RSS grew by ${grown.toFixed(2)} MiB, more than ${mostGrown}`);
  for (const what of ['threads', 'fds'] as const) {
    const most = Math.max(...first.map((sample) => sample[what]));
    const least = Math.min(...last.map((sample) => sample[what]));
    if (least > most) faults.push(`${what} grew from ${most} to ${least}`);
  }
  const stuck = samples.filter(({ pending }) => pending > 0).length;
  if (stuck > 0) faults.push(`lookups were pending at rest, in ${stuck} of ${samples.length} samples`);
  return { grown, faults };
}
