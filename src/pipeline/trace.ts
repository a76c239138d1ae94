import type { TracingChannel } from 'node:diagnostics_channel';
import type { Families, Family } from '../options/resolver-options';
import { onDemand } from '../shared/on-demand';

/** What `diagnostics_channel.tracingChannel('addrinfo:lookup')` publishes, filled in as it becomes known. */
export interface LookupTrace {
  /** As the caller wrote it; undefined where getaddrinfo was asked for the host itself. */
  readonly hostname: string | undefined;
  /** The resolver's policy, or the family that the caller named. */
  readonly families: Families | Family;
  /** Where the answer came from; absent while there is none. */
  source?: 'wire' | 'shared' | 'cache';
  /** getaddrinfo calls made for it so far, hedges and other families included. */
  attempts: number;
  /** Of the call that decided: the nameserver that answered; absent where libc does not tell. */
  nameserver?: string;
  /** Whether that call asked a nameserver; absent where libc does not tell. */
  sent?: boolean;
  /** ms for which it waited for a thread. */
  queued?: number;
  /** ms for which it was with libc. */
  libc?: number;
  /** The answer, where there is one. */
  addresses?: readonly string[];
  /** ms from the call to its end. */
  duration?: number;
  /** What the caller gets, where it failed. */
  error?: Error;
}

const diagnosticsChannel = onDemand(
  (get) => get('node:diagnostics_channel'),
  () => require('node:diagnostics_channel'),
);

let channel: TracingChannel<LookupTrace> | undefined;

/**
 * `start`, `end` around the call, `asyncStart`, `asyncEnd` when it is answered, `error` before those when it
 * failed: as Node's own tracePromise does it. A channel is known by its name: who subscribed before the first lookup
 * is on it.
 */
export function lookupChannel(): TracingChannel<LookupTrace> {
  channel ??= diagnosticsChannel().tracingChannel<LookupTrace>('addrinfo:lookup');
  return channel;
}

/** Whether anybody listens; `TracingChannel.hasSubscribers` is not there in Node 20. */
export function isTraced(): boolean {
  const { start, end, asyncStart, asyncEnd, error } = lookupChannel();
  return (
    start.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers
  );
}
