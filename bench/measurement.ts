import * as hdr from 'hdr-histogram-js';

/** What one process measured in one round. */
export interface Measurement {
  /** By the key of a metric (scenario.ts). */
  readonly numbers: Readonly<Record<string, number>>;
  /** Latencies of single lookups, encoded: see {@link Latencies}. */
  readonly latencies?: string;
  /** Lookups that failed, by code. */
  readonly failed?: Readonly<Record<string, number>>;
}

/** How long single lookups took. Kept in microseconds with three digits, shown in ms. */
export class Latencies {
  readonly #histogram: hdr.Histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 300_000_000,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
    autoResize: false,
  });

  record(ms: number): void {
    this.#histogram.recordValue(Math.max(1, Math.round(ms * 1000)));
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  get max(): number {
    return this.#histogram.maxValue / 1000;
  }

  /** ms below which so many percent are. */
  percentile(percent: number): number {
    return this.#histogram.getValueAtPercentile(percent) / 1000;
  }

  encode(): string {
    return hdr.encodeIntoCompressedBase64(this.#histogram);
  }

  add(encoded: string): void {
    this.#histogram.add(hdr.decodeFromCompressedBase64(encoded));
  }

  /** The metrics that every histogram gives. */
  numbers(): { p50: number; p95: number; p99: number; p999: number; max: number } {
    return {
      p50: this.percentile(50),
      p95: this.percentile(95),
      p99: this.percentile(99),
      p999: this.percentile(99.9),
      max: this.max,
    };
  }
}

/** Counts failures by code. */
export class Failures {
  readonly #byCode = new Map<string, number>();

  add(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    this.#byCode.set(code, (this.#byCode.get(code) ?? 0) + 1);
  }

  byCode(): Record<string, number> {
    return Object.fromEntries(this.#byCode);
  }
}

/** Measurements one after another, as one: latencies, failures and the number of lookups. */
export function together(parts: readonly Measurement[]): Measurement {
  const latencies = new Latencies();
  const failed: Record<string, number> = {};
  for (const part of parts) {
    if (part.latencies !== undefined) latencies.add(part.latencies);
    for (const [code, count] of Object.entries(part.failed ?? {})) failed[code] = (failed[code] ?? 0) + count;
  }
  const numbers = { lookups: latencies.count, ...latencies.numbers() };
  return { numbers, latencies: latencies.encode(), failed };
}
