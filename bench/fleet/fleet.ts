import { resolverPolicy } from '../../src/options/resolver-options';
import { NameserverMemory } from '../../src/pipeline/nameservers';
import { Pipeline } from '../../src/pipeline/pipeline';
import { SimulatedClock } from '../../test/support/simulation/clock';
import { simulatedLibc } from '../../test/support/simulation/libc';
import { SimulatedNameserver } from '../../test/support/simulation/nameserver';
import { seeded } from '../../test/support/simulation/random';

/** What happens to the nameservers, and when. */
export interface Event {
  /** s */
  readonly at: number;
  readonly name: string;
  happen(fleet: Fleet): void;
}

/** s of work that may wait: CoreDNS takes some 10,000 queries a second, and has 1,000 at once. */
const QUEUE = 0.1;

export interface FleetOptions {
  readonly processes: number;
  /** Lookups a second of each process. */
  readonly rate: number;
  readonly nameservers: number;
  /** Of all nameservers together, in terms of the steady load. */
  readonly capacity: number;
  readonly hedge: 'auto' | false;
  /** s */
  readonly seconds: number;
  readonly events: readonly Event[];
}

/** What one second was like. */
export interface Second {
  /** Queries that came to each nameserver. */
  readonly queries: readonly number[];
  lookups: number;
  failed: number;
  /** ms, of the lookups that ended in it. */
  readonly times: number[];
}

/** Many processes, each with a resolver of its own, that ask the same nameservers. */
export class Fleet {
  readonly clock = new SimulatedClock();
  readonly nameservers: readonly SimulatedNameserver[];
  /** Lookups, in terms of the steady load. */
  demand = 1;
  readonly seconds: Second[] = [];
  readonly #options: FleetOptions;
  readonly #random = seeded(1);

  constructor(options: FleetOptions) {
    this.#options = options;
    const { processes, rate, capacity } = options;
    const perSecond = processes * rate * capacity;
    const queue = perSecond * QUEUE;
    this.nameservers = Array.from(
      { length: options.nameservers },
      () => new SimulatedNameserver(this.clock, this.#random, { perSecond, queue }),
    );
    for (let count = 0; count < processes; count += 1) this.#startProcess();
    for (const { at, happen } of options.events) this.clock.after(at * 1000, () => happen(this));
  }

  run(): readonly Second[] {
    for (let second = 0; second < this.#options.seconds; second += 1) {
      const before = this.nameservers.map(({ queries }) => queries);
      this.seconds.push({ queries: [], lookups: 0, failed: 0, times: [] });
      this.clock.advanceTo((second + 1) * 1000);
      const queries = this.nameservers.map((server, index) => server.queries - (before[index] ?? 0));
      const now = this.seconds.at(-1);
      if (now !== undefined) this.seconds[second] = { ...now, queries };
    }
    return this.seconds;
  }

  #startProcess(): void {
    const { clock } = this;
    const list = {
      rotates: false,
      attempts: 2,
      addresses: this.nameservers.map((_server, index) => `10.0.0.${index + 1}`),
    };
    const memory = new NameserverMemory(list, clock);
    const pipeline = new Pipeline(resolverPolicy({ families: 'ipv4-only', hedge: this.#options.hedge }), {
      start: simulatedLibc(clock, this.nameservers),
      clock,
      memory: () => memory,
      courseOf: () => ({ kind: 'system' }),
      hidesFailures: () => false,
      isCrowded: () => false,
    });
    let asked = 0;
    const next = (): void => {
      this.#lookUp(pipeline, asked++);
      clock.after(this.#pause(), next);
    };
    clock.after(this.#pause(), next);
  }

  // Between two lookups that know nothing of each other.
  #pause(): number {
    return (-Math.log(1 - this.#random()) * 1000) / (this.#options.rate * this.demand);
  }

  #lookUp(pipeline: Pipeline, number: number): void {
    const begun = this.clock.now();
    const question = {
      hostname: undefined,
      node: `n${number}.test`,
      service: null,
      families: undefined,
      family: 4,
      socktype: 1,
      protocol: 0,
      flags: 0,
      full: false,
    } as const;
    pipeline.lookup(question, {}, true, (error) => {
      const second = this.seconds.at(-1);
      if (second === undefined) return;
      second.lookups += 1;
      second.times.push(this.clock.now() - begun);
      if (error !== undefined) second.failed += 1;
    });
  }
}
