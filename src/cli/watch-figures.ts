import { createHistogram } from 'node:perf_hooks';
import { duration } from './duration';
import type { Sample } from './probe';

/** A lookup that takes so long, in ms, has waited for something that did not come. */
const STALL = 1000;

/** The strip of a live line shows so many at most. */
const REMEMBERED = 60;

/** Whether a lookup kept its caller waiting. */
export function isStall({ ms }: Sample): boolean {
  return ms >= STALL;
}

function isFailure({ outcome }: Sample): boolean {
  return outcome !== 'answered';
}

/** The lookups of one kind so far: in bounded memory, for days. */
export class WatchFigures {
  readonly #histogram = createHistogram();
  #stalls = 0;
  #failures = 0;
  readonly #last: Sample[] = [];

  /** Takes a lookup in; whether it is worth a line of its own: a stall, or an outcome unlike the one before. */
  record(sample: Sample): boolean {
    const before = this.#last.at(-1);
    this.#histogram.record(Math.max(1, Math.round(sample.ms * 1000)));
    if (isStall(sample)) this.#stalls += 1;
    if (isFailure(sample)) this.#failures += 1;
    this.#last.push(sample);
    if (this.#last.length > REMEMBERED) this.#last.shift();
    const changed = before === undefined ? isFailure(sample) : before.outcome !== sample.outcome;
    return changed || isStall(sample);
  }

  get stalls(): number {
    return this.#stalls;
  }

  /** The last ones, in the order in which they ended. */
  get last(): readonly Sample[] {
    return this.#last;
  }

  /** Times in ms. */
  get summary(): Readonly<Record<'count' | 'p50' | 'p95' | 'p99' | 'max' | 'stalls' | 'failures', number>> {
    const { count, max } = this.#histogram;
    const at = (percent: number): number => (count === 0 ? 0 : this.#histogram.percentile(percent) / 1000);
    return {
      count,
      p50: at(50),
      p95: at(95),
      p99: at(99),
      max: count === 0 ? 0 : max / 1000,
      stalls: this.#stalls,
      failures: this.#failures,
    };
  }

  /** `p50 0.4 ms p99 5.01 s max 5.01 s, 2 stalls`. */
  toString(): string {
    const { p50, p99, max, stalls, failures } = this.summary;
    const times = `p50 ${duration(p50)} p99 ${duration(p99)} max ${duration(max)}`;
    const failed = failures === 0 ? '' : `, ${failures} failed`;
    return `${times}, ${stalls} ${stalls === 1 ? 'stall' : 'stalls'}${failed}`;
  }
}
