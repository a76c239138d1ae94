import type { AsyncResource } from 'node:async_hooks';
import { hasSeveralCpus } from '../shared/on-demand';

/** ms in which the call before must have been answered, and that the loop stays awake for this one. */
const QUICK = 0.05;

/** ms within which a loop that slept may hear of what was there within {@link QUICK}: the rest was its waking. */
const PERHAPS_QUICK = 0.15;

/** Of so many such calls one is waited for awake, to find out. */
const TRIAL = 16;

/**
 * What the hosts file or a cache on this machine answers is there within microseconds; for the event loop to
 * fall asleep and be woken takes longer than that. So where calls follow one another, one at a time, and the
 * one before was as quick, the loop stays awake for this one: it goes round by setImmediate, whatever else
 * there is gets its turn in each round, and after QUICK it sleeps as ever. What a loop that slept hears of a
 * little later may have been as quick: now and then it stays awake to find out.
 */
export class BusyPoll {
  readonly #outside: AsyncResource;
  readonly #collect: () => void;
  /** By performance.now(), when the only call under way began; undefined: there is none, or there are several. */
  #begun: number | undefined;
  #isQuick = false;
  #isAwake = false;
  #doubts = 0;

  /** `collect` delivers what is there, by way of {@link BusyPoll.answered}; it is called in this context. */
  constructor(outside: AsyncResource, collect: () => void) {
    this.#outside = outside;
    this.#collect = collect;
  }

  /** A call was started; `alone`: no other is under way. */
  started(alone: boolean): void {
    this.#begun = alone ? performance.now() : undefined;
    if (!alone || !this.#isQuick || this.#isAwake || !hasSeveralCpus()) return;
    this.#isAwake = true;
    this.#outside.runInAsyncScope(setImmediate, undefined, this.#goRound);
  }

  /** Answers have come. */
  answered(): void {
    if (this.#begun === undefined) return;
    const took = performance.now() - this.#begun;
    this.#isQuick = took <= QUICK || (took <= PERHAPS_QUICK && this.#isTrialDue());
    this.#begun = undefined;
  }

  #isTrialDue(): boolean {
    this.#doubts = (this.#doubts + 1) % TRIAL;
    return this.#doubts === 0;
  }

  readonly #goRound = (): void => {
    this.#collect();
    // Somebody who was answered may have started the next call.
    if (this.#begun !== undefined && performance.now() - this.#begun <= QUICK) {
      setImmediate(this.#goRound);
      return;
    }
    this.#isAwake = false;
  };
}
