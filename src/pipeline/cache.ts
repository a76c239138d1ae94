import type { Answer } from '../native/answer';
import type { CacheOptions } from '../options/resolver-options';
import { errnos } from '../shared/errors';
import type { Cancelable } from './cancelable';
import type { Clock } from './clock';
import { Lru } from './lru';
import { questionKey } from './shared-lookups';
import type { AddressQuestion, Stage } from './stage';

interface Entry {
  readonly node: string;
  readonly answer: Answer;
  readonly freshUntil: number;
  readonly goneAt: number;
}

/** An answer on its way here. */
interface Expected {
  readonly node: string;
  isWanted: boolean;
}

/** Asks the question again for the cache's own sake. `finished` is called once, even where it is refused. */
export type Refresh = (question: AddressQuestion, finished: () => void) => void;

// Not a refusal by AI_ADDRCONFIG: that is about the host.
function isDefinite({ errno, noLocalAddress }: Answer): boolean {
  return errno === 0 || (!noLocalAddress && (errno === errnos.EAI_NONAME || errno === errnos.EAI_NODATA));
}

/** Answers kept for a while, by their whole question. EAI_AGAIN and timeouts are never kept. */
export class Cache {
  readonly #options: Required<CacheOptions>;
  readonly #clock: Clock;
  readonly #entries: Lru<string, Entry>;
  readonly #expected = new Set<Expected>();
  readonly #refreshing = new Set<string>();

  constructor(options: Required<CacheOptions>, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#entries = new Lru(options.maxEntries);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The stage that answers from the cache. A stale answer is served while one refresh runs. */
  stage(next: Stage, refresh: Refresh): Stage {
    return (lookup, done) => {
      const { question, counters, trace } = lookup;
      const key = questionKey(question);
      const entry = this.#entries.get(key);
      const now = this.#clock.now();
      if (lookup.background || entry === undefined || now >= entry.goneAt) {
        if (!lookup.background) counters.cacheMisses += 1;
        return this.#ask(key, question.node ?? '', (keep) =>
          next(lookup, (answer) => {
            keep(answer);
            done(answer);
          }),
        );
      }
      if (trace !== undefined) trace.source = 'cache';
      if (now < entry.freshUntil) {
        counters.cacheHits += 1;
      } else {
        counters.cacheStale += 1;
        this.#refresh(key, question, refresh);
      }
      return later(() => done(entry.answer));
    };
  }

  /** Forgets the name, in all its questions, or everything; answers that are on their way are not kept. */
  clear(node?: string): void {
    for (const expected of this.#expected) {
      if (node === undefined || expected.node === node) expected.isWanted = false;
    }
    for (const [key, entry] of [...this.#entries.entries()]) {
      if (node === undefined || entry.node === node) this.#entries.delete(key);
    }
  }

  #ask(key: string, node: string, start: (keep: (answer: Answer) => void) => Cancelable): Cancelable {
    const expected: Expected = { node, isWanted: true };
    this.#expected.add(expected);
    const work = start((answer) => {
      this.#expected.delete(expected);
      if (expected.isWanted) this.#keep(key, node, answer);
    });
    return {
      cancel: () => {
        this.#expected.delete(expected);
        work.cancel();
      },
    };
  }

  // A failure that may pass leaves what was there.
  #keep(key: string, node: string, answer: Answer): void {
    if (!isDefinite(answer)) return;
    const { ttl, staleTtl, negativeTtl } = this.#options;
    const fresh = answer.errno === 0 ? ttl : negativeTtl;
    if (fresh <= 0) {
      this.#entries.delete(key);
      return;
    }
    const freshUntil = this.#clock.now() + fresh;
    const goneAt = answer.errno === 0 ? freshUntil + staleTtl : freshUntil;
    this.#entries.set(key, { node, answer, freshUntil, goneAt });
  }

  #refresh(key: string, question: AddressQuestion, refresh: Refresh): void {
    if (this.#refreshing.has(key)) return;
    this.#refreshing.add(key);
    refresh(question, () => this.#refreshing.delete(key));
  }
}

const { nextTick } = process;

// At the next tick, unless it is canceled before.
function later(work: () => void): Cancelable {
  let wanted = true;
  nextTick(() => {
    if (wanted) work();
  });
  return {
    cancel: () => {
      wanted = false;
    },
  };
}
