import { type Answer, turn } from '../native/answer';
import type { Cancelable } from './cancelable';
import type { AddressQuestion, Stage } from './stage';

type Subscriber = (answer: Answer) => void;

/** Equal for questions of one resolver that get the same answer, and only for those. No part can hold a NUL. */
export function questionKey(question: AddressQuestion): string {
  const { node, families, family, service, socktype, protocol, flags, full } = question;
  // Joined, which makes one string: a template would keep all its parts.
  return [node, families ?? family, socktype, protocol, flags, full, service].join('\0');
}

/** A lookup that several may wait for. */
class SharedLookup implements Cancelable {
  readonly key: string;
  readonly node: string | null;
  readonly #open: Map<string, SharedLookup>;
  readonly #subscribers: (Subscriber | undefined)[];
  #waiting = 1;
  work: Cancelable | undefined;

  constructor(open: Map<string, SharedLookup>, key: string, node: string | null, first: Subscriber) {
    this.key = key;
    this.node = node;
    this.#open = open;
    // A list that something is pushed to takes room for seventeen.
    this.#subscribers = [first];
    open.set(key, this);
  }

  subscribe(subscriber: Subscriber): Cancelable {
    const place = this.#subscribers.push(subscriber) - 1;
    this.#waiting += 1;
    return { cancel: () => this.#leave(place) };
  }

  /** The first subscriber leaves. */
  cancel(): void {
    this.#leave(0);
  }

  /** Nobody joins any more. */
  close(): void {
    if (this.#open.get(this.key) === this) this.#open.delete(this.key);
  }

  answered(answer: Answer): void {
    this.close();
    for (const [place, subscriber] of this.#subscribers.entries()) {
      this.#subscribers[place] = undefined;
      subscriber?.(turn(answer, place));
    }
  }

  #leave(place: number): void {
    if (this.#subscribers[place] === undefined) return;
    this.#subscribers[place] = undefined;
    this.#waiting -= 1;
    if (this.#waiting > 0) return;
    this.close();
    this.work?.cancel();
  }
}

/** A resolver's lookups under way. */
export class SharedLookups {
  readonly #open = new Map<string, SharedLookup>();

  /**
   * The stage in which equal lookups share one. Each subscriber has its own deadline and gets its own copy of the
   * answer, turned, so that not all begin with the same address. A lookup that is late takes no more subscribers:
   * nobody queues behind a stall. When the last one leaves, the work is canceled.
   */
  stage(next: Stage): Stage {
    return (lookup, done) => {
      const key = questionKey(lookup.question);
      const known = this.#open.get(key);
      if (known !== undefined) {
        lookup.counters.coalesced += 1;
        if (lookup.trace !== undefined) lookup.trace.source = 'shared';
        return known.subscribe(done);
      }
      if (lookup.trace !== undefined) lookup.trace.source = 'wire';
      const { question, deadline, background, trace, counters } = lookup;
      const shared = new SharedLookup(this.#open, key, question.node, done);
      shared.work = next({ question, deadline, background, trace, counters, shared }, (answer) =>
        shared.answered(answer),
      );
      return shared;
    };
  }

  /** Lookups of this name that are under way take no more subscribers. Undefined: of every name. */
  close(node?: string): void {
    for (const shared of [...this.#open.values()]) {
      if (node === undefined || shared.node === node) shared.close();
    }
  }
}
