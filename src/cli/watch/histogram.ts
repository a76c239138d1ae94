/** Seconds. Stalls of one, two and three timeouts of libc (2.5 or 5 s each) fall into buckets of their own. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 6, 11, 16] as const;

/** A histogram as Prometheus knows it. */
export class Histogram {
  readonly #counts = new Array<number>(BOUNDS.length).fill(0);
  #sum = 0;
  #count = 0;

  record(seconds: number): void {
    this.#sum += seconds;
    this.#count += 1;
    const at = BOUNDS.findIndex((bound) => seconds <= bound);
    if (at !== -1) this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  /** How many took so long at most, for each bound. */
  get buckets(): readonly { readonly bound: number; readonly count: number }[] {
    let count = 0;
    return BOUNDS.map((bound, at) => {
      count += this.#counts[at] ?? 0;
      return { bound, count };
    });
  }
}
