import type { Clock } from '../../../src/pipeline/clock';

/** What becomes of a query. */
export type Reply = 'address' | 'servfail' | 'refused';

/** What a nameserver can do. */
export interface Capacity {
  /** Queries a second; Infinity: as many as come. */
  readonly perSecond: number;
  /** Queries that may wait; one more is dropped. CoreDNS and Docker's resolver have about 1,000. */
  readonly queue: number;
}

/** A nameserver of the simulation: a queue, a network before it, and what is wrong with it. */
export class SimulatedNameserver {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #capacity: Capacity;
  /** ms that a query and its answer are on their way. */
  delay = 2;
  /** The share of queries that are lost. */
  loss = 0;
  isSilent = false;
  reply: Reply = 'address';
  /** Queries that have come to it, lost and dropped ones included. */
  queries = 0;
  #busyUntil = 0;

  constructor(
    clock: Clock,
    random: () => number,
    capacity: Capacity = { perSecond: Infinity, queue: Infinity },
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#capacity = capacity;
  }

  /** `answered` is called unless the query or its answer is lost. */
  ask(answered: (reply: Reply) => void): void {
    this.queries += 1;
    const now = this.#clock.now();
    if (this.isSilent || this.#random() < this.loss) return;
    const { perSecond, queue } = this.#capacity;
    const service = 1000 / perSecond;
    const start = Math.max(now, this.#busyUntil);
    if ((start - now) / service > queue) return;
    this.#busyUntil = start + service;
    const { reply } = this;
    this.#clock.after(this.#busyUntil - now + this.delay, () => answered(reply));
  }
}
