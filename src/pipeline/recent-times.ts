/** Times kept. */
const MOST = 256;
/** With fewer, nothing is said of them. */
const ENOUGH = 10;
/** Percentiles are made anew after so many times, and after each of the first ones. */
const STEP = 16;

/** How long the latest answers took, in ms. */
export class RecentTimes {
  // Made for the first one: most nameservers are never asked.
  #times: Float64Array | undefined;
  #count = 0;
  #sorted: Float64Array | undefined;

  add(ms: number): void {
    this.#times ??= new Float64Array(MOST);
    this.#times[this.#count % MOST] = ms;
    this.#count += 1;
    if (this.#count < 2 * STEP || this.#count % STEP === 0) this.#sorted = undefined;
  }

  /** The time within which this share of them was answered; undefined while too few are known. */
  percentile(share: number): number | undefined {
    const kept = Math.min(this.#count, MOST);
    if (this.#times === undefined || kept < ENOUGH) return undefined;
    this.#sorted ??= this.#times.slice(0, kept).sort();
    return this.#sorted[Math.ceil(this.#sorted.length * share) - 1];
  }
}
