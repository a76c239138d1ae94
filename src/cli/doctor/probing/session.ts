import { setMaxListeners } from 'node:events';
import type { Family } from '../../../index';
import { DEADLINE, probe, type Sample } from '../../probe';
import { firstWait } from '../facts/resolver-config';
import type { System } from '../facts/system';
import { MOST_AT_ONCE, Pace } from './pace';
import { type LookupCost, QueryBudget, queriesAtWorst, queriesSent, queriesUsually } from './query-budget';
import { ask, PATIENCE, type Question, type Reply } from './question';

/** The doctor never takes longer than this, in ms. */
export const LONGEST = 60_000;

/** After so many ms without an answer the doctor asks less. */
const SUSPICIOUS = 1500;

/** One run of the doctor: its clock, its budget of queries, its pace, and the way to end it early. */
export class Session {
  readonly system: System;
  readonly budget: QueryBudget = new QueryBudget();
  readonly pace: Pace = new Pace();
  readonly begun: number = performance.now();
  readonly #stop = new AbortController();

  constructor(system: System) {
    this.system = system;
    setMaxListeners(0, this.signal); // each lookup that is out has one
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** ms since the run began. */
  get elapsed(): number {
    return performance.now() - this.begun;
  }

  /** Ends every lookup that is out: what is known by then is the result. */
  stop(): void {
    this.#stop.abort();
  }

  #slowDownUnlessAnswered(): NodeJS.Timeout {
    return setTimeout(() => this.pace.slowDown(), SUSPICIOUS).unref();
  }

  /** A question of the doctor's own, if the budget has room for it. */
  async ask(question: Question, patience: number = PATIENCE): Promise<Reply | undefined> {
    if (this.signal.aborted || !this.budget.reserve(1)) return undefined;
    await this.pace.turn([question.server], 1, this.signal);
    this.budget.settle(1, this.signal.aborted ? 0 : 1);
    if (this.signal.aborted) return undefined;
    const suspicion = this.#slowDownUnlessAnswered();
    const reply = await ask(question, this.signal, patience);
    clearTimeout(suspicion);
    return reply.error === 'STOPPED' && reply.ms < SUSPICIOUS ? undefined : reply;
  }

  /** The same out of turn: whoever calls sees to it that no server gets more than twenty a second. */
  async askAtOnce(question: Question, patience: number): Promise<Reply | undefined> {
    if (this.signal.aborted || !this.budget.reserve(1)) return undefined;
    this.budget.settle(1, 1);
    this.pace.retried(question.server, 1);
    const reply = await ask(question, this.signal, patience);
    return reply.error === 'STOPPED' ? undefined : reply;
  }

  /** A lookup through libc, if the budget has room for it. */
  async lookup(host: string, family: Family, cost: LookupCost): Promise<Sample | undefined> {
    const { libc, config } = this.system;
    // At once, and no pace can hold libc back.
    if (queriesUsually(family, { ...cost, times: 1 }) > MOST_AT_ONCE) return undefined;
    const reserved = queriesAtWorst(family, config, libc, cost);
    if (this.signal.aborted || !this.budget.reserve(reserved)) return undefined;
    const rotates = libc.name === 'musl' || config.options.includes('rotate');
    const servers = rotates ? config.nameservers : config.nameservers.slice(0, 1);
    const usual = queriesUsually(family, cost);
    const turn = await this.pace.turn(servers, usual, this.signal);
    const suspicion = this.#slowDownUnlessAnswered();
    const again = setInterval(
      () => {
        for (const server of config.nameservers) this.pace.retried(server, usual);
      },
      firstWait(config, libc),
    ).unref();
    const sample = await probe(host, family, DEADLINE, this.signal);
    clearTimeout(suspicion);
    clearInterval(again);
    for (const server of servers) this.pace.ended(server, turn);
    this.budget.settle(reserved, sample === undefined ? reserved : queriesSent(sample, config, libc, cost));
    return sample;
  }
}
