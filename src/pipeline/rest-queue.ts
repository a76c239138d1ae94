import type { Cancelable } from './cancelable';
import type { Clock } from './clock';

/** ms between two of those that wait; also ms since any other call was begun or answered. */
const INTERVAL = 600;

/**
 * Lookups whose brief call nobody has answered, and which are to ask the rest of libc's rounds. While no others are
 * begun or answered, one at a time does so, at an even pace: that a nameserver is back is noticed soon, and many lookups
 * together send no more than libc would.
 */
export class RestQueue {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #nextAt = 0;
  #isArmed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wait(due: () => void): Cancelable {
    this.#waiting.add(due);
    this.#arm();
    return { cancel: () => this.#waiting.delete(due) };
  }

  /** A call that shows as much has been begun, or answered. */
  postpone(): void {
    this.#nextAt = this.#clock.now() + INTERVAL;
  }

  /** The nameservers are slow, not down: all ask again now. */
  release(): void {
    for (const due of [...this.#waiting]) {
      this.#waiting.delete(due);
      due();
    }
  }

  #arm(): void {
    if (this.#isArmed || this.#waiting.size === 0) return;
    this.#isArmed = true;
    this.#clock.after(Math.max(0, this.#nextAt - this.#clock.now()), () => {
      this.#isArmed = false;
      if (this.#clock.now() < this.#nextAt) {
        this.#arm();
        return;
      }
      for (const due of this.#waiting) {
        this.#waiting.delete(due);
        this.#nextAt = this.#clock.now() + INTERVAL;
        due();
        break;
      }
      this.#arm();
    });
  }
}
