import { RecentTimes } from './recent-times';

/** ms before the first hedge while too few answers are known. */
const UNKNOWN_DELAY = 300;
/** Bounds of a learned delay, in ms. */
const LEAST_DELAY = 30;
const MOST_DELAY = 1000;
/** A call is late after twice the time within which this share of the latest was answered. */
const LATE_SHARE = 0.95;
/** ms within which the usual pace may double, so that an overload does not pass for it. */
const PACE_DOUBLES = 60_000;
/** An answer that takes longer than so many times the usual pace, and so many ms, comes from an overload. */
const USUAL = 3;
const USUAL_MORE = 10;

/** A nameserver, as {@link ResolverStats} has it. */
export interface NameserverStats {
  /** With #port where that is not 53. */
  readonly address: string;
  /** `silent`: it did not answer while another one did, and is asked last. `unknown`: it has not been asked. */
  readonly state: 'answering' | 'silent' | 'unknown';
  /** Answers that came from it. */
  readonly answers: number;
  /** How often it fell silent. */
  readonly silences: number;
  /** Of its latest answers to first calls, in ms: the median. Absent while there are too few. */
  readonly p50?: number;
  /** 95 of 100 took no longer. */
  readonly p95?: number;
}

/** One nameserver, as it has been seen. */
export class Nameserver {
  readonly address: string;
  readonly times: RecentTimes = new RecentTimes();
  answers = 0;
  silences = 0;
  answeredAt: number = Number.NEGATIVE_INFINITY;
  isSilent = false;
  /** When a silent one may be asked again. */
  probeAt = 0;
  #pace: number | undefined;
  #pacedAt = 0;

  constructor(address: string) {
    this.address = address;
  }

  /** Whether an answer took about as long as they usually do. */
  isUsual(ms: number, now: number): boolean {
    const median = this.times.percentile(0.5);
    if (median === undefined) return true;
    const pace = (this.#pace ?? median) * 2 ** ((now - this.#pacedAt) / PACE_DOUBLES);
    this.#pace = Math.min(median, pace);
    this.#pacedAt = now;
    return ms <= USUAL * this.#pace + USUAL_MORE;
  }

  /** ms within which nearly all of its latest answers came; undefined while there are too few. */
  p95(): number | undefined {
    return this.times.percentile(LATE_SHARE);
  }

  /** ms, without the jitter, after which a call that asks it is late. */
  learnedDelay(): number {
    const p95 = this.p95();
    return p95 === undefined ? UNKNOWN_DELAY : Math.min(MOST_DELAY, Math.max(LEAST_DELAY, 2 * p95));
  }

  stats(): NameserverStats {
    const p50 = this.times.percentile(0.5);
    const p95 = this.p95();
    return {
      address: this.address,
      state: this.isSilent ? 'silent' : this.answers > 0 ? 'answering' : 'unknown',
      answers: this.answers,
      silences: this.silences,
      ...(p50 === undefined || p95 === undefined ? {} : { p50, p95 }),
    };
  }
}
