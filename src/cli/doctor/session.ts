import { setMaxListeners } from 'node:events';
import type { Resolver } from '../../index';
import { DEADLINE, probe, type Sample } from '../probe';
import { QueryBudget, queriesAtWorst, queriesSent } from './query-budget';
import type { ResolverConfig } from './resolver-config';
import type { System } from './system';

/** The doctor never takes longer than this, in ms. */
export const LONGEST = 60_000;

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

  /** One probe, if the budget has room for it; `times`: how often libc asks each of its questions. */
  async probe(
    name: string,
    family: Sample['family'],
    times: number,
    deadline: number = DEADLINE,
  ): Promise<Sample | undefined> {
    return this.#within(this.system.config, times, (signal) => probe(name, family, deadline, signal), family);
  }

  /** IPv4 through a resolver with settings of its own, which `config` describes. */
  async probeThrough(
    resolver: Resolver,
    config: ResolverConfig,
    name: string,
    times: number,
    deadline: number,
  ): Promise<Sample | undefined> {
    return this.#within(config, times, (signal) => probe(name, 4, deadline, signal, resolver), 4);
  }

  async #within(
    config: ResolverConfig,
    times: number,
    make: (stop: AbortSignal) => Promise<Sample | undefined>,
    family: Sample['family'],
  ): Promise<Sample | undefined> {
    const { libc } = this.system;
    const reserved = queriesAtWorst(family, config, libc, times);
    if (this.signal.aborted || !this.budget.reserve(reserved)) return undefined;
    const sample = await make(this.signal);
    this.budget.settle(reserved, sample === undefined ? reserved : queriesSent(sample, config, libc));
    return sample;
  }
}
