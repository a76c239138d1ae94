import { createHistogram } from 'node:perf_hooks';
import { duration } from '../duration';
import { isLost, type Outcome, type Sample } from '../probe';
import type { Mark } from '../strip';

/** What is looked up each second: IPv4 alone, IPv6 alone, and both families at once. */
export type Kind = 'a' | 'aaaa' | 'both';

export const KINDS = ['a', 'aaaa', 'both'] as const satisfies readonly Kind[];

/** As people call them. */
export const NAMES: Readonly<Record<Kind, string>> = { a: 'A', aaaa: 'AAAA', both: 'both' };

export type KindFigures = Readonly<Record<Kind, WatchFigures>>;

/** A lookup that takes so long, in ms, has waited for something that did not come. */
const STALL = 1000;

/** A strip shows so many at most. */
const REMEMBERED = 120;

/** Whether a lookup keeps its caller waiting. */
export function isStall({ ms }: Mark): boolean {
  return ms >= STALL;
}

/** A lookup from its beginning on. */
interface Entry {
  readonly begun: number;
  ended?: Sample;
}

/** Times in ms. */
export type Summary = Readonly<
  Record<'count' | 'p50' | 'p95' | 'p99' | 'max' | 'stalls' | 'failures', number> & {
    outcomes: Readonly<Record<Outcome, number>>;
  }
>;

/** The lookups of one kind so far: in bounded memory, for days. */
export class WatchFigures {
  readonly #kind: Kind;
  readonly #histogram = createHistogram();
  readonly #outcomes = { answered: 0, nodata: 0, nxdomain: 0, failed: 0, unanswered: 0 };
  readonly #last: Entry[] = [];
  readonly #out = new Set<Entry>();
  #stalls = 0;
  #failures = 0;
  #before: Outcome | undefined;

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  /** A lookup has begun. What is returned takes its end, and tells whether that is worth a line of its own. */
  begin(): (sample: Sample | undefined) => boolean {
    const entry: Entry = { begun: performance.now() };
    this.#last.push(entry);
    this.#out.add(entry);
    if (this.#last.length > REMEMBERED) this.#last.shift();
    return (sample) => {
      this.#out.delete(entry);
      if (sample !== undefined) return this.#end(entry, sample);
      // It was stopped when it had only begun: that tells nothing.
      const at = this.#last.indexOf(entry);
      if (at !== -1) this.#last.splice(at, 1);
      return false;
    };
  }

  #end(entry: Entry, sample: Sample): boolean {
    entry.ended = sample;
    this.#histogram.record(Math.max(1, Math.round(sample.ms * 1000)));
    this.#outcomes[sample.outcome] += 1;
    const failed = this.isFailure(sample);
    if (isStall(sample)) this.#stalls += 1;
    if (failed) this.#failures += 1;
    const changed = this.#before === undefined ? failed : this.#before !== sample.outcome;
    this.#before = sample.outcome;
    return changed || isStall(sample);
  }

  /** A name without an address of one family is well as long as it has one of the other. */
  isFailure(sample: Pick<Sample, 'outcome'>): boolean {
    if (isLost(sample)) return true;
    if (this.#kind === 'both') return sample.outcome !== 'answered';
    return this.#kind === 'a' && sample.outcome === 'nxdomain';
  }

  /** The last ones, in the order in which they were begun, those that are still out with their time so far. */
  get last(): readonly Mark[] {
    const now = performance.now();
    return this.#last.map(({ begun, ended }) => ended ?? { ms: now - begun, outcome: 'pending' });
  }

  /** ms since each lookup began that is still out, the oldest first. */
  get pending(): readonly number[] {
    const now = performance.now();
    return [...this.#out].map(({ begun }) => now - begun);
  }

  /** Those that are still out, and long enough, are stalls already. */
  get stalls(): number {
    return this.#stalls + this.pending.filter((ms) => isStall({ ms, outcome: 'pending' })).length;
  }

  /** For a counter, which may not go down. */
  get endedStalls(): number {
    return this.#stalls;
  }

  get begun(): number {
    return this.#histogram.count + this.#out.size;
  }

  get summary(): Summary {
    const { count, max } = this.#histogram;
    const at = (percent: number): number => (count === 0 ? 0 : this.#histogram.percentile(percent) / 1000);
    return {
      count,
      p50: at(50),
      p95: at(95),
      p99: at(99),
      max: count === 0 ? 0 : max / 1000,
      stalls: this.stalls,
      failures: this.#failures,
      outcomes: { ...this.#outcomes },
    };
  }

  /** `2 stalls, 3 out for 7.2 s; p50 0.4 ms, max 5.01 s`: where it is cut off, the times go. */
  toString(): string {
    const { count, p50, max, stalls, failures } = this.summary;
    const late = this.pending.filter((ms) => isStall({ ms, outcome: 'pending' }));
    const counts = [
      `${stalls} ${stalls === 1 ? 'stall' : 'stalls'}`,
      ...(failures === 0 ? [] : [`${failures} failed`]),
      ...(late[0] === undefined ? [] : [`${late.length} out for ${duration(late[0])}`]),
    ];
    const times = count === 0 ? 'none is back' : `p50 ${duration(p50)}, max ${duration(max)}`;
    return `${counts.join(', ')}; ${times}`;
  }
}
