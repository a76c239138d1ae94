import { AsyncResource } from 'node:async_hooks';
import { type Answer, failure, isFound } from '../native/answer';
import { isolate } from '../native/calls';
import type { CallLimits, ResolverPolicy } from '../options/resolver-options';
import { deadlineError, type LookupError, lookupError, overloadError, timeoutError } from '../shared/errors';
import type { Cancelable } from './cancelable';
import type { Clock } from './clock';
import type { Counters } from './counters';
import { listen, reasonOf } from './signals';
import type { Stage } from './stage';
import { type LookupTrace, lookupChannel } from './trace';

/** The error, or the answer. An abort's error is the signal's reason. */
export type Ended = (error: unknown, answer: Answer) => void;

/** What a lookup is for: how its errors read, and its trace. */
export interface Purpose {
  readonly syscall: LookupError['syscall'];
  readonly hostname: string | undefined;
  /** It stands in the place of a function of Node's: its error at the deadline is one that retry lists know. */
  readonly inNodesPlace: boolean;
  readonly trace: LookupTrace | undefined;
}

const NO_ANSWER = failure(0);
const { nextTick } = process;

/**
 * Lets a resolver's lookups in, `maxPending` at a time. Each is counted, traced and ended once: by its answer, its
 * deadline or its signal.
 */
export class Lifecycle {
  readonly #policy: ResolverPolicy;
  readonly #counters: Counters;
  readonly #clock: Clock;
  #refreshing = 0;

  constructor(policy: ResolverPolicy, counters: Counters, clock: Clock) {
    this.#policy = policy;
    this.#counters = counters;
    this.#clock = clock;
  }

  /** `ended` is called exactly once, never before this has returned. */
  run<Q>(question: Q, stage: Stage<Q>, limits: CallLimits, purpose: Purpose, ended: Ended): void {
    const { trace } = purpose;
    const counters = this.#counters;
    const begun = this.#clock.now();
    counters.started += 1;
    let end = ended;
    if (trace !== undefined) {
      lookupChannel().start.publish(trace);
      const finish: Ended = (error, answer) => {
        publishEnd(trace, this.#clock.now() - begun, error, answer, ended);
      };
      end = AsyncResource.bind(finish, 'ADDRINFO');
    }
    const { signal } = limits;
    if (signal?.aborted) {
      counters.aborted += 1;
      counters.countLatency(0);
      nextTick(end, reasonOf(signal), NO_ANSWER);
    } else if (counters.pending >= this.#policy.maxPending) {
      counters.refused += 1;
      counters.countFailure('EAI_AGAIN');
      counters.countLatency(0);
      nextTick(end, overloadError(purpose.syscall, purpose.hostname, this.#policy.maxPending), NO_ANSWER);
    } else {
      const { timeout = this.#policy.timeout } = limits;
      const waiting = new Waiting(counters, this.#clock, begun, purpose, end);
      waiting.begin(question, stage, this.#deadline(timeout, begun), timeout, signal);
    }
    if (trace !== undefined) lookupChannel().end.publish(trace);
  }

  /** A cache's own lookup, which nobody hears of. There are no more of them at a time than `maxPending` either. */
  refresh<Q>(question: Q, stage: Stage<Q>, finished: () => void): void {
    const counters = this.#counters;
    if (this.#refreshing >= this.#policy.maxPending) {
      finished();
      return;
    }
    this.#refreshing += 1;
    const { timeout } = this.#policy;
    const end = (): void => {
      this.#refreshing -= 1;
      timer?.cancel();
      finished();
    };
    const deadline = this.#deadline(timeout, this.#clock.now());
    const work = stage(
      { question, deadline, background: true, trace: undefined, counters, shared: undefined },
      end,
    );
    const timer = this.#timer(timeout, () => {
      work.cancel();
      end();
    });
  }

  #deadline(timeout: number, begun: number): number {
    return timeout > 0 ? begun + timeout : Number.POSITIVE_INFINITY;
  }

  #timer(timeout: number, due: () => void): Cancelable | undefined {
    return timeout > 0 ? this.#clock.after(timeout, due) : undefined;
  }
}

/** One lookup that is under way. Its methods are called until the first of them has ended it. */
class Waiting {
  readonly #counters: Counters;
  readonly #clock: Clock;
  readonly #begun: number;
  readonly #purpose: Purpose;
  readonly #end: Ended;
  #timer: Cancelable | undefined;
  #unlisten: (() => void) | undefined;
  #work: Cancelable | undefined;

  constructor(counters: Counters, clock: Clock, begun: number, purpose: Purpose, end: Ended) {
    this.#counters = counters;
    this.#clock = clock;
    this.#begun = begun;
    this.#purpose = purpose;
    this.#end = end;
  }

  begin<Q>(
    question: Q,
    stage: Stage<Q>,
    deadline: number,
    timeout: number,
    signal: AbortSignal | undefined,
  ): void {
    const counters = this.#counters;
    const { trace } = this.#purpose;
    counters.pending += 1;
    this.#work = stage(
      { question, deadline, background: false, trace, counters, shared: undefined },
      (answer) => this.#answered(answer),
    );
    if (timeout > 0) this.#timer = this.#clock.after(timeout, () => this.#timedOut(timeout));
    if (signal !== undefined) this.#unlisten = listen(signal, () => this.#aborted(signal));
  }

  #leave(): void {
    this.#counters.pending -= 1;
    this.#counters.countLatency(this.#clock.now() - this.#begun);
    this.#timer?.cancel();
    if (this.#unlisten !== undefined) isolate(this.#unlisten); // The signal need not be one of Node's.
  }

  #answered(answer: Answer): void {
    this.#leave();
    if (isFound(answer)) {
      this.#counters.answered += 1;
      this.#end(undefined, answer);
      return;
    }
    const { syscall, hostname } = this.#purpose;
    const error = lookupError(answer.errno, syscall, hostname);
    this.#counters.countFailure(error.code);
    this.#end(error, NO_ANSWER);
  }

  #timedOut(timeout: number): void {
    this.#leave();
    this.#work?.cancel();
    const { syscall, hostname, inNodesPlace } = this.#purpose;
    const error = (inNodesPlace ? deadlineError : timeoutError)(syscall, hostname, timeout);
    this.#counters.timedOut += 1;
    this.#counters.countFailure(error.code);
    this.#end(error, NO_ANSWER);
  }

  #aborted(signal: AbortSignal): void {
    this.#leave();
    this.#work?.cancel();
    this.#counters.aborted += 1;
    this.#end(reasonOf(signal), NO_ANSWER);
  }
}

function publishEnd(
  trace: LookupTrace,
  duration: number,
  error: unknown,
  answer: Answer,
  ended: Ended,
): void {
  const channel = lookupChannel();
  trace.duration = duration;
  if (error === undefined) {
    trace.addresses = answer.addresses.map(({ address }) => address);
  } else {
    trace.error = error instanceof Error ? error : new Error('aborted', { cause: error });
    channel.error.publish(trace);
  }
  channel.asyncStart.publish(trace);
  ended(error, answer);
  channel.asyncEnd.publish(trace);
}
