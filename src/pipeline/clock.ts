import { collect, inNobodysContext, isolate } from '../native/calls';
import { now } from '../shared/monotonic-clock';
import type { Cancelable } from './cancelable';

/** Time, and what is due at one. */
export interface Clock {
  /** ms since some moment. */
  now(): number;
  /** Calls `due` once, in so many ms. The process may end before. */
  after(ms: number, due: () => void): Cancelable;
  /** As `after`, but keeps the process alive: for a lookup none of whose calls does. */
  awaited(ms: number, due: () => void): Cancelable;
}

// Captured when the package is loaded: a test's fake clock stops no lookup.
const { setTimeout, clearTimeout } = globalThis;

/** A loop that comes so much later than due, in ms, was blocked, or its process was stopped. */
const BLOCKED = 30;
/** ms that threads then get to hand over what they have. */
const SECOND_LOOK = 20;
/** ms by which setTimeout and `now` may disagree. */
const SLACK = 1;

class Entry implements Cancelable {
  readonly due: number;
  readonly work: () => void;
  before: Entry | undefined;
  after: Entry | undefined;
  #list: Queue | undefined;

  constructor(list: Queue, due: number, work: () => void) {
    this.#list = list;
    this.due = due;
    this.work = work;
  }

  cancel(): void {
    this.#list?.remove(this);
    this.#list = undefined;
  }
}

/** Everything that is due the same time after it was set, hence in the order of setting: one timer serves all. */
class Queue {
  readonly #ms: number;
  #first: Entry | undefined;
  #last: Entry | undefined;
  #isArmed = false;
  #isSecondLook = false;

  constructor(ms: number) {
    this.#ms = ms;
  }

  add(work: () => void): Entry {
    const entry = new Entry(this, now() + this.#ms, work);
    entry.before = this.#last;
    if (this.#last === undefined) this.#first = entry;
    else this.#last.after = entry;
    this.#last = entry;
    if (!this.#isArmed) {
      this.#isArmed = true;
      inNobodysContext(() => this.#arm(entry.due - now()));
    }
    return entry;
  }

  remove(entry: Entry): void {
    if (entry.before === undefined) this.#first = entry.after;
    else entry.before.after = entry.after;
    if (entry.after === undefined) this.#last = entry.before;
    else entry.after.before = entry.before;
    // Who still holds it would keep all others in memory that were set after it.
    entry.before = undefined;
    entry.after = undefined;
  }

  // Pending lookups keep the process alive, their timers do not. A timer goes on while the queue is empty: setting
  // one takes longer than letting one pass. It is set in nobody's async context, which it would keep in memory.
  #arm(ms: number): void {
    setTimeout(this.#onTimer, Math.max(1, Math.ceil(ms))).unref();
  }

  // What has been answered is delivered first: late is what the pool's clock says, not a loop that was busy.
  readonly #onTimer = (): void => {
    if (this.#first === undefined) {
      queues.delete(this.#ms);
      return;
    }
    collect();
    const first = this.#first;
    if (first !== undefined && !this.#isSecondLook && now() - first.due > BLOCKED) {
      this.#isSecondLook = true;
      this.#arm(SECOND_LOOK);
      return;
    }
    this.#isSecondLook = false;
    this.#runDue();
    if (this.#first === undefined) queues.delete(this.#ms);
    else this.#arm(this.#first.due - now());
  };

  #runDue(): void {
    const until = now() + SLACK;
    while (this.#first !== undefined && this.#first.due <= until) {
      const { work } = this.#first;
      this.#first.cancel();
      isolate(work);
    }
  }
}

const queues = new Map<number, Queue>();

/** The event loop's clock. */
export const eventLoopClock: Clock = {
  now,
  after(ms, due) {
    let queue = queues.get(ms);
    if (queue === undefined) {
      queue = new Queue(ms);
      queues.set(ms, queue);
    }
    return queue.add(due);
  },
  awaited(ms, due) {
    const timer = setTimeout(isolate, ms, due);
    return { cancel: () => clearTimeout(timer) };
  },
};
