import { AsyncResource } from 'node:async_hooks';
import { isolate } from '../native/calls';

/** What a caller gives to be called with the results. */
export type Callback = (...results: unknown[]) => void;

export function isCallback(value: unknown): value is Callback {
  return typeof value === 'function';
}

/**
 * The resource of one request, as async_hooks knows it: made where the request is made, current while
 * its callback runs, destroyed after.
 */
export class ReqWrap extends AsyncResource {
  constructor(type: 'GETADDRINFOREQWRAP' | 'GETNAMEINFOREQWRAP') {
    super(type, { requireManualDestroy: true });
  }

  /** `asyncId()`, by the name that it has on Node's request objects. */
  getAsyncId(): number {
    return this.asyncId();
  }

  /**
   * Hands the results over, once. What `foreign` throws is uncaught inside the request's own context,
   * so that a domain of the caller's still hears of it, and does not reach us.
   */
  deliver(foreign: () => void): void {
    this.runInAsyncScope(isolate, undefined, foreign);
    this.emitDestroy();
  }
}
