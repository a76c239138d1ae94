/** A Map that keeps the entries used last. */
export class Lru<K, V> {
  readonly #max: number;
  // In the order of use: a Map lists its keys as they were added.
  readonly #entries = new Map<K, V>();

  /** @param max entries kept */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#max) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The least recently used first. Entries may be deleted on the way. */
  entries(): IterableIterator<[K, V]> {
    return this.#entries.entries();
  }
}
