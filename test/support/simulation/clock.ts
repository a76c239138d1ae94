import type { Cancelable } from '../../../src/pipeline/cancelable';
import type { Clock } from '../../../src/pipeline/clock';

interface Entry {
  readonly at: number;
  /** Of two that are due together, the first that was set comes first. */
  readonly number: number;
  due: (() => void) | undefined;
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.number < other.number);
}

/** Time that passes as fast as its events can be run: a binary heap of what is due. */
export class SimulatedClock implements Clock {
  #now = 0;
  #count = 0;
  readonly #heap: Entry[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, due: () => void): Cancelable {
    const entry: Entry = { at: this.#now + ms, number: this.#count++, due };
    this.#push(entry);
    return {
      cancel: () => {
        entry.due = undefined;
      },
    };
  }

  awaited(ms: number, due: () => void): Cancelable {
    return this.after(ms, due);
  }

  /** Runs all that is due until then. */
  advanceTo(until: number): void {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined || first.at > until) break;
      this.#pop();
      this.#now = first.at;
      first.due?.();
    }
    this.#now = until;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || !isBefore(child, last)) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
  }
}
