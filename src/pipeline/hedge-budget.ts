import type { Cancelable } from './cancelable';
import type { Clock } from './clock';

/** Answers fill it up to here: so many hedges may be made at once where none has shown that it helps. */
const FULL = 2;
/** Hedges that help fill it up to here. */
const MOST = 16;
/** ms within which half of what is above FULL lapses: that packets were lost a while ago says little of now. */
const HALF_LIFE = 1000;
/** What an answer to a first call is worth: one hedge in ten lookups. */
const ANSWER = 0.1;
/** What a hedge that helped is worth: itself, and another one. */
const WIN = 2;

/**
 * What hedges are paid from, as gRPC's retry throttling and Finagle's budgets do it. Each costs one. Answers to first
 * calls fill it slowly, hedges that win at the nameserver's usual pace fill it fast: packets are lost, and asking
 * again helps. Hedges that nobody answers drain it: then the nameserver is down or overloaded.
 */
export class HedgeBudget {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #credit = FULL;
  /** When `#credit` was right. */
  #at = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Hedges that may be made now. */
  get credit(): number {
    const now = this.#clock.now();
    if (this.#credit > FULL)
      this.#credit = FULL + (this.#credit - FULL) * 0.5 ** ((now - this.#at) / HALF_LIFE);
    this.#at = now;
    return this.#credit;
  }

  /** Takes one hedge from the budget now or as soon as there is enough in it, the first who waits first. */
  take(granted: () => void): Cancelable | undefined {
    if (this.credit >= 1) {
      this.#credit -= 1;
      return undefined;
    }
    this.#waiting.add(granted);
    return { cancel: () => this.#waiting.delete(granted) };
  }

  /** The hedge that was paid for was not made. */
  giveBack(): void {
    this.#credit = this.credit + 1;
  }

  /** A nameserver answered a first call. */
  answered(): void {
    this.#fill(Math.max(this.credit, Math.min(FULL, this.credit + ANSWER)));
  }

  /** A hedge brought the answer, at the nameserver's usual pace. */
  won(): void {
    this.#fill(Math.min(MOST, this.credit + WIN));
  }

  /** A hedge got no answer. */
  failed(): void {
    this.#credit = this.credit / 2;
  }

  #fill(credit: number): void {
    this.#credit = credit;
    for (const granted of this.#waiting) {
      if (this.#credit < 1) return;
      this.#waiting.delete(granted);
      this.#credit -= 1;
      granted();
    }
  }
}
