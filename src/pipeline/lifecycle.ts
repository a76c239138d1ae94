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
import { type LookupTrace, lookups } from './trace';

/** The error, or the answer. An abort's error is the signal's reason. */
export type Ended = (error: unknown, answer: Answer) => void;

/** What a lookup is for: how its errors read, and its trace. */
export interface Purpose {
  readonly syscall: LookupError['syscall'];
  readonly hostname: string | undefined;
  /** It stands in the place of a function of Node's: at the deadline retry lists are to know its error. */
  readonly inNodesPlace: boolean;
  readonly trace: LookupTrace | undefined;
}

const NO_ANSWER = failure(0);
const { nextTick } = process;

function nothing(): void {}

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
    let end: Ended = (error, answer) => {
      const duration = this.#clock.now() - begun;
      counters.countLatency(duration);
      if (trace === undefined) ended(error, answer);
      else publishEnd(trace, duration, error, answer, ended);
    };
    if (trace !== undefined) {
      lookups.start.publish(trace);
      end = AsyncResource.bind(end, 'ADDRINFO');
    }
    const { signal } = limits;
    if (signal?.aborted) {
      counters.aborted += 1;
      nextTick(end, reasonOf(signal), NO_ANSWER);
    } else if (counters.pending >= this.#policy.maxPending) {
      counters.refused += 1;
      counters.countFailure('EAI_AGAIN');
      nextTick(end, overloadError(purpose.syscall, purpose.hostname, this.#policy.maxPending), NO_ANSWER);
    } else {
      this.#wait(question, stage, begun, limits, purpose, end);
    }
    if (trace !== undefined) lookups.end.publish(trace);
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
      { question, deadline, background: true, trace: undefined, counters, late: nothing },
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

  #wait<Q>(
    question: Q,
    stage: Stage<Q>,
    begun: number,
    { signal, timeout = this.#policy.timeout }: CallLimits,
    { syscall, hostname, inNodesPlace, trace }: Purpose,
    end: Ended,
  ): void {
    const counters = this.#counters;
    counters.pending += 1;
    const leave = (): void => {
      counters.pending -= 1;
      timer?.cancel();
      if (unlisten !== undefined) isolate(unlisten); // The signal need not be one of Node's.
    };
    const deadline = this.#deadline(timeout, begun);
    const work = stage(
      { question, deadline, background: false, trace, counters, late: nothing },
      (answer) => {
        leave();
        if (isFound(answer)) {
          counters.answered += 1;
          end(undefined, answer);
          return;
        }
        const error = lookupError(answer.errno, syscall, hostname);
        counters.countFailure(error.code);
        end(error, NO_ANSWER);
      },
    );
    const timer = this.#timer(timeout, () => {
      leave();
      work.cancel();
      const error = (inNodesPlace ? deadlineError : timeoutError)(syscall, hostname, timeout);
      counters.timedOut += 1;
      counters.countFailure(error.code);
      end(error, NO_ANSWER);
    });
    const unlisten =
      signal === undefined
        ? undefined
        : listen(signal, () => {
            leave();
            work.cancel();
            counters.aborted += 1;
            end(reasonOf(signal), NO_ANSWER);
          });
  }
}

function publishEnd(
  trace: LookupTrace,
  duration: number,
  error: unknown,
  answer: Answer,
  ended: Ended,
): void {
  trace.duration = duration;
  if (error === undefined) {
    trace.addresses = answer.addresses.map(({ address }) => address);
  } else {
    trace.error = error instanceof Error ? error : new Error('aborted', { cause: error });
    lookups.error.publish(trace);
  }
  lookups.asyncStart.publish(trace);
  ended(error, answer);
  lookups.asyncEnd.publish(trace);
}
