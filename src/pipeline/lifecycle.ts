import { AsyncResource } from 'node:async_hooks';
import type { CallOptions, Policy } from '../options/resolver-options';
import { errnos, type LookupError, lookupError, overloadError, timeoutError } from '../shared/errors';
import { type Answer, type Cancelable, NO_TEXTS } from './attempt';
import type { Counters } from './counters';
import { type LookupTrace, lookups } from './trace';
import { Caller, deadlineIn, type Ending } from './waiter';

/** The error, or what getaddrinfo or getnameinfo brought. An abort's error is the signal's reason. */
export type Settled = (error: unknown, texts: readonly string[]) => void;

/** What a lookup is to do once it is let in. `deadline` by performance.now(); Infinity: none. */
export type Work = (deadline: number, done: (answer: Answer) => void) => Cancelable;

const NOTHING: Cancelable = { cancel: () => {} };

/**
 * Lets a resolver's lookups in, `maxPending` at a time: each is counted, traced, and settled once, by its
 * answer, its deadline or its signal.
 */
export class Admission {
  readonly #policy: Policy;
  readonly #counters: Counters;

  constructor(policy: Policy, counters: Counters) {
    this.#policy = policy;
    this.#counters = counters;
  }

  /** `settled` is called exactly once, never before this has returned. */
  admit(
    syscall: LookupError['syscall'],
    hostname: string | undefined,
    { signal, timeout = this.#policy.timeout }: CallOptions,
    trace: LookupTrace | undefined,
    work: Work,
    settled: Settled,
  ): void {
    const counters = this.#counters;
    const begun = performance.now();
    counters.started += 1;
    let end = (error: unknown, texts: readonly string[]): void => {
      const duration = performance.now() - begun;
      counters.countLatency(duration);
      if (trace === undefined) settled(error, texts);
      else publishEnd(trace, duration, error, texts, settled);
    };
    if (trace !== undefined) {
      lookups().start.publish(trace);
      end = AsyncResource.bind(end, 'ADDRINFO');
    }
    if (signal?.aborted) {
      counters.aborted += 1;
      process.nextTick(end, signal.reason, NO_TEXTS);
    } else if (counters.pending >= this.#policy.maxPending) {
      counters.refused += 1;
      counters.countFailure('EAI_AGAIN');
      process.nextTick(end, overloadError(syscall, hostname, this.#policy.maxPending), NO_TEXTS);
    } else {
      this.#wait(syscall, hostname, begun, timeout, signal, work, end);
    }
    if (trace !== undefined) lookups().end.publish(trace);
  }

  #wait(
    syscall: LookupError['syscall'],
    hostname: string | undefined,
    begun: number,
    timeout: number,
    signal: AbortSignal | undefined,
    work: Work,
    end: Settled,
  ): void {
    const counters = this.#counters;
    counters.pending += 1;
    let under: Cancelable = NOTHING;
    const caller = new Caller(timeout, signal, (how: Ending) => {
      counters.pending -= 1;
      under.cancel();
      if (how === 'abort') {
        counters.aborted += 1;
        end(signal?.reason, NO_TEXTS);
      } else {
        counters.timedOut += 1;
        counters.countFailure('ETIMEOUT');
        end(timeoutError(syscall, hostname), NO_TEXTS);
      }
    });
    const deadline = deadlineIn(timeout, begun);
    under = work(deadline, (answer) => {
      // libc gives up soon after the deadline. A loop that was busy may hear of that before its timer.
      if (answer.errno === errnos.EAI_AGAIN && performance.now() >= deadline) {
        caller.end('timeout');
        return;
      }
      caller.leave();
      counters.pending -= 1;
      if (answer.errno === 0) {
        counters.answered += 1;
        end(undefined, answer.texts);
      } else {
        const error = lookupError(answer.errno, syscall, hostname);
        counters.countFailure(error.code);
        end(error, NO_TEXTS);
      }
    });
  }
}

function publishEnd(
  trace: LookupTrace,
  duration: number,
  error: unknown,
  texts: readonly string[],
  settled: Settled,
): void {
  trace.duration = duration;
  if (error === undefined) {
    trace.addresses = texts;
  } else {
    trace.error = error instanceof Error ? error : new Error(String(error));
    lookups().error.publish(trace);
  }
  lookups().asyncStart.publish(trace);
  settled(error, texts);
  lookups().asyncEnd.publish(trace);
}
