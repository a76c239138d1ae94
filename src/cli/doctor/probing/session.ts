import { setMaxListeners } from 'node:events';
import type { Family, Resolver } from '../../../index';
import { DEADLINE, probe, type Sample } from '../../probe';
import type { ResolverConfig } from '../facts/resolver-config';
import type { System } from '../facts/system';
import { QueryBudget, queriesAtWorst, queriesSent } from './query-budget';

/** The doctor never takes longer than this, in ms. */
export const LONGEST = 60_000;

/** How a probe asks: `config` describes what the resolver is set to. */
interface Way {
  readonly resolver?: Resolver;
  readonly config: ResolverConfig;
}

/** One run of the doctor: its clock, its budget of queries, and the way to end it early. */
export class Session {
  readonly system: System;
  readonly budget: QueryBudget = new QueryBudget();
  readonly begun: number = performance.now();
  readonly #stop = new AbortController();

  constructor(system: System) {
    this.system = system;
    setMaxListeners(0, this.signal); // each probe that is out has one
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** ms since the run began. */
  get elapsed(): number {
    return performance.now() - this.begun;
  }

  /** Ends every probe that is out: what is known by then is the result. */
  stop(): void {
    this.#stop.abort();
  }

  /**
   * One probe, if the budget has room for it.
   *
   * @param times - how often libc asks each of its questions
   * @param way - a resolver with settings of its own; as the system asks, unless given
   */
  async probe(
    name: string,
    family: Family,
    times: number,
    deadline: number = DEADLINE,
    { resolver, config }: Way = { config: this.system.config },
  ): Promise<Sample | undefined> {
    const { libc } = this.system;
    const reserved = queriesAtWorst(family, config, libc, times);
    if (this.signal.aborted || !this.budget.reserve(reserved)) return undefined;
    const sample = await probe(name, family, deadline, this.signal, resolver);
    this.budget.settle(reserved, sample === undefined ? reserved : queriesSent(sample, config, libc));
    return sample;
  }
}
