import { errnos } from '../shared/errors';
import type { Answer } from './attempt';
import { Lru } from './lru';

/** How long answers are kept, in ms. getaddrinfo gives no TTL, so these are the operator's judgement. */
export interface CacheOptions {
  /** How long an answer is served without asking again. */
  readonly ttl: number;
  /** How much longer it is served while one lookup refreshes it. Default 0. */
  readonly staleTtl?: number;
  /** How long "no such name" is kept. Default 0: not at all. */
  readonly negativeTtl?: number;
  /** Names kept; beyond, the least recently used goes. Default 1000. */
  readonly maxEntries?: number;
}

interface Entry {
  readonly node: string;
  readonly answer: Answer;
  readonly freshUntil: number;
  readonly goneAt: number;
}

/** An answer out of the cache; stale: past its ttl, and it is for the asker to refresh it. */
export interface Cached {
  readonly answer: Answer;
  readonly stale: boolean;
}

function isDefinite(errno: number): boolean {
  return errno === 0 || errno === errnos.EAI_NONAME || errno === errnos.EAI_NODATA;
}

/** Answers kept for a while, by the key of their whole query. EAI_AGAIN and timeouts are never kept. */
export class Cache {
  readonly #options: Required<CacheOptions>;
  readonly #entries: Lru<string, Entry>;
  readonly #refreshing = new Set<string>();
  #generation = 0;

  constructor(options: Required<CacheOptions>) {
    this.#options = options;
    this.#entries = new Lru(options.maxEntries);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Cached | undefined {
    const entry = this.#entries.get(key);
    const now = performance.now();
    if (entry === undefined || now >= entry.goneAt) return undefined;
    return { answer: entry.answer, stale: now >= entry.freshUntil };
  }

  /**
   * Where to put the answer of a lookup that starts now. An answer that was asked for before `clear` is
   * not kept; a failure that may pass leaves what was there.
   */
  slot(key: string, node: string): (answer: Answer) => void {
    const generation = this.#generation;
    return (answer) => {
      if (generation !== this.#generation || !isDefinite(answer.errno)) return;
      const { ttl, staleTtl, negativeTtl } = this.#options;
      const fresh = answer.errno === 0 ? ttl : negativeTtl;
      if (fresh <= 0) {
        this.#entries.delete(key);
        return;
      }
      const freshUntil = performance.now() + fresh;
      const goneAt = answer.errno === 0 ? freshUntil + staleTtl : freshUntil;
      this.#entries.set(key, { node, answer, freshUntil, goneAt });
    };
  }

  /** Runs one refresh of this key at a time. */
  refresh(key: string, start: (finished: () => void) => void): void {
    if (this.#refreshing.has(key)) return;
    this.#refreshing.add(key);
    start(() => this.#refreshing.delete(key));
  }

  /** Forgets the name, in all its queries, or everything. */
  clear(node?: string): void {
    this.#generation += 1;
    if (node === undefined) {
      this.#entries.clear();
      return;
    }
    for (const [key, entry] of this.#entries.entries()) {
      if (entry.node === node) this.#entries.delete(key);
    }
  }
}
