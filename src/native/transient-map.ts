/** After so many entries have gone, the rest move on. */
const TURNOVER = 1024;

/**
 * A Map whose entries soon go again. V8 chains the tables that a Map has outgrown, each to the next: once one
 * has become old, all that follow become old with it, every key and value in them included, though nobody
 * can reach them. A new Map every so often ends the chain.
 */
export class TransientMap<K, V> {
  #map = new Map<K, V>();
  #gone = 0;

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  set(key: K, value: V): void {
    this.#map.set(key, value);
  }

  delete(key: K): void {
    if (!this.#map.delete(key)) return;
    this.#gone += 1;
    if (this.#gone < TURNOVER + this.#map.size) return;
    this.#gone = 0;
    this.#map = new Map(this.#map);
  }
}
