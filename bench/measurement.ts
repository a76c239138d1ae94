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
  numbers(): { p50: number; p99: number; p999: number; max: number } {
    return {
      p50: this.percentile(50),
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
