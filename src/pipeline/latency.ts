/** Lookup times in ms, over every lookup that was answered or failed. */
export interface LatencyStats {
  /** Lookups that were timed; with none, everything here is 0. */
  readonly count: number;
  /** The fastest. */
  readonly min: number;
  /** The average. */
  readonly mean: number;
  /** The slowest. */
  readonly max: number;
  /** The median. */
  readonly p50: number;
  /** 95 of 100 took no longer. */
  readonly p95: number;
  /** 99 of 100 took no longer. */
  readonly p99: number;
  /** 999 of 1000 took no longer. */
  readonly p999: number;
}

// As HdrHistogram has it: buckets grow with the value, 64 to each power of two, so that a percentile is off by
// 1.6 % at most. In microseconds, up to an hour. Node's own histogram takes 1 ms to load.
const STEPS = 64;
const POWERS = 27;

function bucketOf(us: number): number {
  if (us < STEPS) return us;
  const power = 31 - Math.clz32(us) - 6;
  return Math.min(STEPS * (power + 1) + ((us >>> power) - STEPS), STEPS * POWERS - 1);
}

function upperEnd(bucket: number): number {
  if (bucket < STEPS) return bucket;
  const power = Math.floor(bucket / STEPS) - 1;
  return (STEPS + (bucket % STEPS) + 1) * 2 ** power - 1;
}

/** Times, counted by how long they are. */
export class Latency {
  // Made for the first lookup: a resolver that is never used costs nothing.
  #buckets: Uint32Array | undefined;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  record(ms: number): void {
    this.#buckets ??= new Uint32Array(STEPS * POWERS);
    const us = Math.min(2 ** 31 - 1, Math.max(0, Math.round(ms * 1000)));
    const bucket = bucketOf(us);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#sum += ms;
    if (ms < this.#min) this.#min = ms;
    if (ms > this.#max) this.#max = ms;
  }

  snapshot(): LatencyStats {
    if (this.#count === 0) return { count: 0, min: 0, mean: 0, max: 0, p50: 0, p95: 0, p99: 0, p999: 0 };
    return {
      count: this.#count,
      min: this.#min,
      mean: this.#sum / this.#count,
      max: this.#max,
      p50: this.#percentile(0.5),
      p95: this.#percentile(0.95),
      p99: this.#percentile(0.99),
      p999: this.#percentile(0.999),
    };
  }

  #percentile(share: number): number {
    const wanted = Math.ceil(this.#count * share);
    let seen = 0;
    for (const [bucket, count] of (this.#buckets ?? []).entries()) {
      seen += count;
      if (seen >= wanted) return Math.min(this.#max, Math.max(this.#min, upperEnd(bucket) / 1000));
    }
    return this.#max;
  }
}
