import { type Answer, failure, isFound, isTransient } from '../native/answer';
import { Call, CallState } from '../native/calls';
import type { ResolverState } from '../native/libc';
import type { Clock } from './clock';
import type { AddressQuestion, Cancelable, Lookup, NameQuestion, Stage } from './stage';

type Question = AddressQuestion | NameQuestion;

/** A call of libc, as an attempt sees it. */
export interface AttemptCall extends Cancelable {
  /** 0: accepted. 1: a hedge for which there is no room. Negative: -errno, no thread could be started. */
  readonly refused: number;
  /** ms since libc was asked for the present candidate; undefined while the call is queued, or is finished. */
  runningFor(): number | undefined;
  /** The candidate that libc is asked for now. */
  candidate(): number;
  stepAside(): CallState;
}

/** Starts a call. `hedge`: 0, or which further attempt it is. `done` as in {@link Stage}. */
export type StartCall = (
  lookup: Lookup<Question>,
  hedge: number,
  done: (answer: Answer) => void,
) => AttemptCall;

/**
 * Calls of libc with a resolver's settings. Where calls are hedged, the first hedge waits as long as libc does, and the
 * others are brief, so that a lost packet holds its thread for a second and not for five. Not AF_UNSPEC, which takes a
 * AAAA that is late for none; nor where the caller has set libc's timeout.
 */
export function native(resolver: ResolverState | undefined, isHedged: boolean): StartCall {
  return ({ question, background }, hedge, done) => {
    const isSingle = 'family' in question && question.family !== 0;
    const brief = isHedged && isSingle && resolver === undefined && hedge !== 1;
    return new Call(question, { hedge, brief, background }, resolver, done);
  };
}

/** ms after which a call that fails has waited for an answer: libc's timeout, a little less. */
const WAITED = 950;

/** So many hedges follow one another at the delay; the others are further apart. */
const QUICK_HEDGES = 2;

/** ms between those. */
const SLOW_DELAY = 1500;

/**
 * With 5 % of the packets lost, one lookup in a thousand loses three of them, and needs the slow hedges. An AF_UNSPEC
 * call sends two packets, and a dead nameserver is not to get more from it than from others.
 */
function maxHedges(question: Question): number {
  if ('maxHedges' in question && question.maxHedges !== undefined) return question.maxHedges;
  return 'family' in question && question.family === 0 ? 1 : 4;
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

const NONE: readonly AttemptCall[] = [];

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

/** One question on its way: the first call, and its hedges. */
class Attempt implements Cancelable {
  readonly #lookup: Lookup<Question>;
  readonly #start: StartCall;
  readonly #delay: number | false;
  readonly #clock: Clock;
  readonly #done: (answer: Answer) => void;
  readonly #first: AttemptCall;
  readonly #begun: number;
  #out: readonly AttemptCall[] = NONE;
  #hedges = 0;
  #failed: Answer | undefined;
  #isLate = false;
  #timer: Cancelable | undefined;

  constructor(
    lookup: Lookup<Question>,
    start: StartCall,
    delay: number | false,
    clock: Clock,
    done: (answer: Answer) => void,
  ) {
    this.#lookup = lookup;
    this.#start = start;
    this.#delay = delay;
    this.#clock = clock;
    this.#done = done;
    this.#begun = clock.now();
    if (lookup.trace !== undefined) lookup.trace.attempts += 1;
    const first = start(lookup, 0, (answer) => this.#answered(first, answer, 0));
    this.#first = first;
    if (first.refused === 0) {
      this.#out = [first];
      this.#arm(delay);
    } else {
      this.#timer = soon(() => this.#settle(failure(first.refused)));
    }
  }

  cancel(): void {
    this.#timer?.cancel();
    const out = this.#out;
    this.#out = NONE;
    for (const call of out) call.cancel();
  }

  #arm(delay: number | false): void {
    if (delay === false || this.#hedges >= maxHedges(this.#lookup.question)) return;
    this.#timer = this.#clock.after(delay, () => this.#onTimer());
  }

  #onTimer(): void {
    const ran = this.#first.runningFor();
    const delay = this.#nextDelay();
    const early = delay === false || ran === undefined ? 0 : delay - ran;
    // It waited for its thread, or a candidate before has been answered: not late yet.
    if (early > SLACK) this.#arm(early);
    else this.#onLate();
  }

  #onLate(): void {
    // A call that has not even started needs a thread, not a rival.
    if (this.#first.stepAside() !== CallState.queued) this.#hedge();
    this.#arm(this.#nextDelay());
  }

  #nextDelay(): number | false {
    if (this.#delay === false || this.#hedges < QUICK_HEDGES) return this.#delay;
    return Math.max(this.#delay, SLOW_DELAY);
  }

  #hedge(): void {
    const { counters, trace, late } = this.#lookup;
    if (!this.#isLate) {
      this.#isLate = true;
      counters.stalled += 1;
      late();
    }
    const skipped = this.#first.candidate();
    const lookup = fromCandidate(this.#lookup, skipped);
    const hedge = this.#start(lookup, this.#hedges + 1, (answer) => this.#answered(hedge, answer, skipped));
    if (hedge.refused !== 0) return;
    this.#out = [...this.#out, hedge];
    this.#hedges += 1;
    counters.hedged += 1;
    if (trace !== undefined) trace.attempts += 1;
  }

  #answered(call: AttemptCall, answer: Answer, skipped: number): void {
    this.#out = this.#out.length === 1 ? NONE : this.#out.filter((other) => other !== call);
    const whole = skipped === 0 ? answer : { ...answer, candidate: answer.candidate + skipped };
    if (isFound(answer)) {
      if (call !== this.#first) this.#lookup.counters.hedgeWins += 1;
      this.#settle(whole);
      return;
    }
    const best = this.#failed === undefined || isTransient(this.#failed) ? whole : this.#failed;
    if (this.#out.length === 0 && this.#hedges === 0 && this.#hasWaited(best)) this.#hedge();
    if (this.#out.length === 0) {
      this.#settle(best);
      return;
    }
    const isFirstDefinite = !isTransient(best) && this.#failed !== best;
    this.#failed = best;
    if (isFirstDefinite) this.#waitForOthers(best);
  }

  /** The first call, a brief one, got no answer; the patient one has not been made, for want of room. */
  #hasWaited(failed: Answer): boolean {
    return this.#delay !== false && isTransient(failed) && this.#clock.now() - this.#begun >= WAITED;
  }

  #waitForOthers(failed: Answer): void {
    this.#timer?.cancel();
    const left = this.#lookup.deadline - this.#clock.now() - BEFORE_DEADLINE;
    const patience = Math.max(0, Math.min(FAILURE_PATIENCE, left));
    this.#timer = this.#clock.after(patience, () => this.#settle(failed));
  }

  #settle(answer: Answer): void {
    this.cancel();
    this.#done(answer);
  }
}

// The candidates before do not exist: a hedge need not ask again.
function fromCandidate(lookup: Lookup<Question>, first: number): Lookup<Question> {
  const { question } = lookup;
  if (first === 0 || !('candidates' in question) || question.candidates === undefined) return lookup;
  return { ...lookup, question: { ...question, candidates: question.candidates.slice(first) } };
}

/**
 * The stage that asks libc. After `delay` ms without an answer it asks again on another thread, hence from another
 * socket and source port and of the next nameserver, once more (one family) after the same time, and twice later on. The first address wins; a failure waits
 * for the calls that are still out, a definite one no longer than a second.
 */
export function hedged(start: StartCall, delay: number | false, clock: Clock): Stage<Question> {
  return (lookup, done) => new Attempt(lookup, start, delay, clock, done);
}
