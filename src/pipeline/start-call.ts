import { Call, type CallMode, type CallReceiver, type CallState } from '../native/calls';
import type { ResolverState } from '../native/libc';
import type { Cancelable } from './cancelable';
import type { Lookup, Question } from './stage';

/**
 * A call of libc, as an attempt sees it. One that is canceled while it is queued never runs. One that is canceled while
 * it runs still tells its receiver of its end, which has to know that it no longer wants the answer.
 */
export interface AttemptCall extends Cancelable {
  /** 0: accepted. 1: there is no room for it. Negative: -errno, no thread could be started. */
  readonly refused: number;
  /** ms since libc was asked for the present candidate; undefined while the call is queued, or is finished. */
  runningFor(): number | undefined;
  /** The candidate that libc is asked for now. */
  candidate(): number;
  stepAside(): CallState;
}

/** Starts a call. The receiver is told at most once, never before this has returned. */
export type StartCall = (lookup: Lookup<Question>, mode: CallMode, receiver: CallReceiver) => AttemptCall;

/** Calls of libc with a resolver's settings. */
export function native(resolver: ResolverState | undefined): StartCall {
  return ({ question }, mode, receiver) => new Call(question, mode, resolver, receiver);
}
