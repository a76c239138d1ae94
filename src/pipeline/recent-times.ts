/** Times kept. */
const MOST = 256;
/** With fewer, nothing is said of them. */
const ENOUGH = 10;
/** Percentiles are made anew when there are more times by this share. */
const MORE = 1 / 8;
/** And after so many at most. */
const STEP = 64;

/** How long the latest answers took, in ms. */
export class RecentTimes {
  // Made for the first one: most nameservers are never asked.
  #times: Float64Array | undefined;
  #count = 0;
  #sorted: Float64Array | undefined;
  /** The count at which `#sorted` is out of date. */
  #until = 0;

  add(ms: number): void {
    this.#times ??= new Float64Array(MOST);
    this.#times[this.#count % MOST] = ms;
    this.#count += 1;
    if (this.#count >= this.#until) this.#sorted = undefined;
  }

  /** The time within which this share of them was answered; undefined while too few are known. */
  percentile(share: number): number | undefined {
    const kept = Math.min(this.#count, MOST);
    if (this.#times === undefined || kept < ENOUGH) return undefined;
    if (this.#sorted === undefined) {
      this.#sorted = this.#times.slice(0, kept).sort();
      this.#until = this.#count + Math.min(STEP, Math.ceil(this.#count * MORE));
    }
    return this.#sorted[Math.ceil(this.#sorted.length * share) - 1];
  }
}
