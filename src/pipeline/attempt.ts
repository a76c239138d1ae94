import { type Answer, failure, isFound, isTransient } from '../native/answer';
import { type CallFacts, type CallMode, CallState } from '../native/calls';
import type { Cancelable } from './cancelable';
import type { Clock } from './clock';
import { LEAST_TIMEOUT, type NameserverMemory } from './nameservers';
import { OneCall } from './one-call';
import type { Lookup, Question, Stage } from './stage';
import type { StartCall } from './start-call';

/** How a resolver's calls are made, and made again. */
export interface AttemptPolicy {
  /** ms after which a call is late; 'auto': as the nameservers' answers have it. */
  readonly hedge: 'auto' | number | false;
  /** Nameservers that are silent are asked last. */
  readonly failover: boolean;
  /** The resolver has no settings of its own: libc's timeout is not the caller's choice. */
  readonly hasOwnSettings: boolean;
  /** What is known of its nameservers. */
  memory(): NameserverMemory;
}

/** Where the delay is a number, so many hedges come at that delay. */
const QUICK_HEDGES = 2;

/** ms between later ones, at least. */
const SLOW_DELAY = 1500;

/**
 * How often a question is asked again. With 5 % of the packets lost, questions and answers alike, one lookup in 100,000
 * loses five calls in a row; with 20 %, one in 1,300 loses seven. The budget holds hedges at a learned delay down as
 * well. An AF_UNSPEC call sends two packets, and a dead nameserver is not to get more from it than from others.
 */
function maxHedges(question: Question, isLearned: boolean): number {
  if ('maxHedges' in question && question.maxHedges !== undefined) return question.maxHedges;
  if (isForBoth(question)) return 1;
  return isLearned ? 6 : 4;
}

function isForBoth(question: Question): boolean {
  return 'family' in question && question.family === 0;
}

/** ms by which the pool's clock and the loop's may disagree. */
const SLACK = 2;

/**
 * ms for which a failure waits for the calls that are still out. A nameserver that answers a hedge and not the
 * first call may be one that does not know: an address that comes later still counts.
 */
const FAILURE_PATIENCE = 1000;

/** ms before the deadline at which a failure that still waits is taken. */
const BEFORE_DEADLINE = 20;

/** ms for which the rest waits at most where nobody answers: libc would have waited as long. */
const REST_PATIENCE = 4000;

const NONE: readonly OneCall[] = [];
const AS_LISTED: readonly number[] = [];

const { nextTick } = process;

// Unlike a timer of the clock it keeps the process alive, which no call does here.
function soon(work: () => void): Cancelable {
  let isWanted = true;
  nextTick(() => {
    if (isWanted) work();
  });
  return {
    cancel: () => {
      isWanted = false;
    },
  };
}

/** What every attempt of a resolver has. */
interface Tools {
  readonly start: StartCall;
  readonly policy: AttemptPolicy;
  readonly clock: Clock;
}

/**
 * One question on its way: the first call, and its hedges.
 *
 * Where calls are hedged, each is brief: it asks each nameserver once and waits a second for it, so that a lost packet
 * holds its thread for a second and not for five. One call asks the rest of libc's rounds and waits as long as libc
 * does: the first hedge, or where there is none, a call that is made when the first one has ended. AF_UNSPEC is never
 * brief: where the AAAA is late, a brief call would answer without it. Nor is a first call brief where the resolver has
 * settings of its own.
 */
class Attempt implements Cancelable {
  readonly #lookup: Lookup<Question>;
  readonly #tools: Tools;
  readonly #memory: NameserverMemory;
  readonly #delay: number | false;
  readonly #isBrief: boolean;
  readonly #first: OneCall;
  #done: ((answer: Answer) => void) | undefined;
  #out: readonly OneCall[] = NONE;
  #hedges = 0;
  /** The first definite failure, or else the latest one. */
  #failed: Answer | undefined;
  #isDefinite = false;
  /** Another call has been left the rounds after the brief one. */
  #isRestAsked = false;
  #isLate = false;
  /** The candidate at which the first call ended. */
  #reached = 0;
  /** It failed, and a nameserver may have let it wait: it took as long as the least timeout. */
  #hasWaited = false;
  /** It heard a nameserver fail: to ask more often brings nothing else. */
  #hasHeardFailure = false;
  #timer: Cancelable | undefined;
  #rest: Cancelable | undefined;
  #grant: Cancelable | undefined;

  constructor(lookup: Lookup<Question>, tools: Tools, done: (answer: Answer) => void) {
    const { hedge, failover, hasOwnSettings, memory } = tools.policy;
    this.#lookup = lookup;
    this.#tools = tools;
    this.#memory = memory();
    this.#done = done;
    const order = failover ? this.#memory.firstOrder() : AS_LISTED;
    this.#delay = hedge === 'auto' ? this.#memory.delay(order) : hedge;
    this.#isBrief =
      hedge !== false && !hasOwnSettings && this.#canBeBrief() && this.#memory.mayBeBrief(order);
    if (lookup.trace !== undefined) lookup.trace.attempts += 1;
    this.#memory.rests.postpone();
    const { background } = lookup;
    this.#first = this.#call({ beside: false, brief: this.#isBrief, rest: false, order, background }, 0);
    const { refused } = this.#first.call;
    if (refused === 0) {
      this.#out = [this.#first];
      this.#arm();
    } else {
      this.#timer = soon(() => this.#settle(failure(refused)));
    }
    if (failover) this.#probe();
  }

  cancel(): void {
    this.#done = undefined;
    this.#timer?.cancel();
    this.#rest?.cancel();
    this.#grant?.cancel();
    const out = this.#out;
    this.#out = NONE;
    for (const { call } of out) call.cancel();
  }

  #call(mode: CallMode, skipped: number): OneCall {
    const { start, clock } = this.#tools;
    return new OneCall(this, start, clock.now(), this.#lookup, mode, skipped);
  }

  // A nameserver that fails at once is asked again in libc's next round, unless "no such name" is made of the failure.
  #canBeBrief(): boolean {
    return !isForBoth(this.#lookup.question) && !this.#memory.hidesFailures;
  }

  #arm(): void {
    const isLearned = this.#tools.policy.hedge === 'auto';
    if (this.#delay === false || this.#hasHeardFailure) return;
    if (this.#hedges >= maxHedges(this.#lookup.question, isLearned)) return;
    this.#timer = this.#tools.clock.after(this.#nextDelay(this.#delay), () => this.#onTimer());
  }

  // A learned delay doubles from hedge to hedge.
  #nextDelay(delay: number): number {
    if (this.#tools.policy.hedge === 'auto') return delay * 2 ** this.#hedges;
    return this.#hedges < QUICK_HEDGES ? delay : Math.max(delay, SLOW_DELAY);
  }

  #onTimer(): void {
    if (this.#delay === false) return;
    const { call } = this.#first;
    const ran = call.runningFor();
    const early = ran === undefined ? 0 : this.#nextDelay(this.#delay) - ran;
    // It waited for its thread, or a candidate before has been answered: not late yet.
    if (early > SLACK) this.#timer = this.#tools.clock.after(early, () => this.#onTimer());
    // A call that has not even started needs a thread, not a rival. One that has failed is late, like one that runs.
    else if (call.stepAside() === CallState.queued) this.#arm();
    else this.#onLate();
  }

  #onLate(): void {
    const { counters, shared } = this.#lookup;
    if (!this.#isLate) {
      this.#isLate = true;
      counters.stalled += 1;
      shared?.close();
    }
    if (this.#tools.policy.hedge !== 'auto') {
      this.#hedge();
      return;
    }
    this.#grant = this.#memory.budget.take(() => {
      this.#grant = undefined;
      this.#hedge();
    });
    if (this.#grant === undefined) this.#hedge();
  }

  #hedge(): void {
    const { counters, trace } = this.#lookup;
    const order = this.#tools.policy.failover
      ? this.#memory.hedgeOrder(this.#first.order, this.#hedges + 1)
      : AS_LISTED;
    const skipped = Math.max(this.#reached, this.#first.call.candidate());
    const rest = this.#isBrief && !this.#isRestAsked;
    const brief = !rest && this.#canBeBrief();
    const { background } = this.#lookup;
    const hedge = this.#call({ beside: true, brief, rest, order, background }, skipped);
    if (hedge.call.refused === 0) {
      this.#out = [...this.#out, hedge];
      this.#hedges += 1;
      this.#isRestAsked = true;
      counters.hedged += 1;
      if (trace !== undefined) trace.attempts += 1;
    } else if (this.#tools.policy.hedge === 'auto') {
      this.#memory.budget.giveBack();
    }
    this.#arm();
  }

  /** A nameserver that was silent gets a copy of the question. Nobody waits for its answer. */
  #probe(): void {
    const order = this.#memory.dueProbe();
    if (order === undefined) return;
    const mode = { beside: true, brief: true, rest: false, order, background: true };
    this.#tools.start(this.#lookup, mode, {
      ended: (answer, facts) => this.#memory.probed(order, isTransient(answer), facts),
    });
  }

  /** Of this module: a call has ended, whether or not it is still wanted. */
  ended(one: OneCall, answer: Answer, facts: CallFacts): void {
    this.#memory.ended(one, isTransient(answer), facts);
    if (!this.#out.includes(one)) return;
    this.#out = this.#out.length === 1 ? NONE : this.#out.filter((other) => other !== one);
    const whole = one.skipped === 0 ? answer : { ...answer, candidate: answer.candidate + one.skipped };
    if (isFound(answer)) this.#foundBy(one, whole, facts);
    else this.#failedBy(one, whole, facts);
  }

  #foundBy(one: OneCall, answer: Answer, facts: CallFacts): void {
    if (one.isHedge) this.#won(one, facts);
    else if (this.#hasWaited) this.#memory.budget.won();
    this.#note(answer, facts);
    this.#settle(answer);
  }

  #failedBy(one: OneCall, answer: Answer, facts: CallFacts): void {
    const { hedge } = this.#tools.policy;
    const hasWaited = facts.askedFor >= LEAST_TIMEOUT;
    const isUnanswered = isTransient(answer) || (hasWaited && this.#memory.hidesFailures);
    if (one.isHedge && isUnanswered && hasWaited && hedge === 'auto') this.#memory.budget.failed();
    if (one === this.#first) {
      this.#reached = answer.candidate;
      this.#hasWaited = hasWaited;
      if (isUnanswered && hasWaited) this.#hearFailure(facts);
      if (this.#isBrief && !this.#isRestAsked && isTransient(answer)) this.#planRest(hasWaited);
    }
    // It has asked all of libc's rounds, and is what the system says.
    const isWhole = one === this.#first && !this.#isBrief && this.#hasHeardFailure;
    const isHeard = !this.#isDefinite && (!one.isByName || answer.candidate > 0);
    const isFirstDefinite = isHeard && (!isUnanswered || isWhole);
    if (isHeard) {
      this.#failed = answer;
      this.#isDefinite = isFirstDefinite;
      this.#note(answer, facts);
    }
    const isLiteral = typeof hedge === 'number';
    if (isLiteral && isUnanswered && hasWaited && this.#out.length === 0 && this.#hedges === 0) this.#hedge();
    if (this.#out.length === 0 && this.#rest === undefined) this.#settle(this.#failed ?? answer);
    else if (isFirstDefinite) this.#waitForOthers(answer);
  }

  #won(hedge: OneCall, facts: CallFacts): void {
    this.#lookup.counters.hedgeWins += 1;
    if (this.#out.includes(this.#first)) this.#memory.hedgeWon(this.#first, hedge, facts);
  }

  #note(answer: Answer, facts: CallFacts): void {
    const { trace } = this.#lookup;
    if (trace === undefined) return;
    const { ranFor, queuedFor, sent } = facts;
    const nameserver = this.#memory.addressOf(facts, isTransient(answer));
    trace.libc = ranFor;
    trace.queued = queuedFor;
    if (sent !== undefined) trace.sent = sent;
    if (nameserver !== undefined) trace.nameserver = nameserver;
  }

  #hearFailure({ askedFor }: CallFacts): void {
    if (!this.#memory.someFailed(askedFor, this.#isBrief)) return;
    this.#hasHeardFailure = true;
    this.#timer?.cancel();
    this.#grant?.cancel();
  }

  #planRest(hasWaited: boolean): void {
    const mayBeDown = hasWaited && this.#tools.policy.hedge === 'auto' && this.#memory.budget.credit < 1;
    if (!mayBeDown || this.#memory.isWell()) {
      this.#askRest();
      return;
    }
    const due = (): void => {
      this.#rest?.cancel();
      this.#rest = undefined;
      this.#askRest();
      if (this.#out.length === 0 && this.#failed !== undefined) this.#settle(this.#failed);
    };
    const turn = this.#memory.rests.wait(due);
    const after = this.#lookup.background ? this.#tools.clock.after : this.#tools.clock.awaited;
    const timer = after.call(this.#tools.clock, REST_PATIENCE, due);
    this.#rest = {
      cancel: () => {
        turn.cancel();
        timer.cancel();
      },
    };
  }

  #askRest(): void {
    this.#isRestAsked = true;
    const { order } = this.#first;
    const { background } = this.#lookup;
    const mode = { beside: false, brief: false, rest: true, order, background };
    const rest = this.#call(mode, this.#reached);
    if (rest.call.refused !== 0) return;
    this.#out = [...this.#out, rest];
    rest.call.stepAside();
  }

  #waitForOthers(failed: Answer): void {
    this.#timer?.cancel();
    this.#grant?.cancel();
    const left = this.#lookup.deadline - this.#tools.clock.now() - BEFORE_DEADLINE;
    const patience = Math.max(0, Math.min(FAILURE_PATIENCE, left));
    this.#timer = this.#tools.clock.after(patience, () => this.#settle(failed));
  }

  #settle(answer: Answer): void {
    const done = this.#done;
    this.cancel();
    done?.(answer);
  }
}

/**
 * The stage that asks libc. A call that is late is made again on another thread, hence from another socket and source
 * port, and of the next nameserver. The first address wins; a failure waits for the calls that are still out, a
 * definite one no longer than a second.
 */
export function hedged(start: StartCall, policy: AttemptPolicy, clock: Clock): Stage<Question> {
  const tools = { start, policy, clock };
  return (lookup, done) => new Attempt(lookup, tools, done);
}
