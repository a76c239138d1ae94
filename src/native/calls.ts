// Calls of the addon, under way in this thread: each has a number, and somebody who waits for it.

import { AsyncResource } from 'node:async_hooks';
import {
  addon,
  type Channel,
  Found,
  Mode,
  type ResolverSettings,
  type ResolverState,
  type ThreadStats,
  type Value,
} from './addon';
import { BusyPoll } from './busy-poll';
import { TransientMap } from './transient-map';

export { Found, type ResolverSettings, type ResolverState, type ThreadStats, type Value } from './addon';

/** Whom a finished call is for. */
export interface Receiver {
  /** On the event loop, with libuv's error number (0: none). */
  answered(id: CallId, errno: number, value: Value): void;
}

const waiting = new TransientMap<CallId, Receiver>();
let lastId = 0;
let opened: Channel | undefined;

// Answers come in the async context of nobody's lookup: in that of the first one, they would keep its store
// in memory for ever.
const outside = new AsyncResource('ADDRINFO');
const busyPoll = new BusyPoll(outside, () => addon.deliver(channel()));

function deliver(...batch: readonly (number | Value)[]): void {
  busyPoll.answered();
  for (let at = 0; at < batch.length; at += 3) {
    const id = batch[at];
    const errno = batch[at + 1];
    const value = batch[at + 2];
    if (typeof id !== 'number' || typeof errno !== 'number') continue;
    if (typeof value === 'number' || value === undefined) continue;
    take(id)?.answered(id, errno, value);
  }
}

function channel(): Channel {
  opened ??= outside.runInAsyncScope(addon.open, undefined, deliver);
  return opened;
}

function register(receiver: Receiver): CallId {
  lastId += 1;
  waiting.set(lastId, receiver);
  return lastId;
}

/** Whom the call is for, once; undefined when it was abandoned. */
function take(id: CallId): Receiver | undefined {
  const receiver = waiting.get(id);
  waiting.delete(id);
  return receiver;
}

/** What getaddrinfo(3) is asked; every field checked and complete. */
export interface AddrInfoCall {
  readonly node: string | null;
  readonly service: string | null;
  readonly family: 0 | 4 | 6;
  readonly socktype: number;
  readonly protocol: number;
  readonly flags: number;
  readonly whole: boolean;
  /** Undefined: as the system has it. */
  readonly resolver: ResolverState | undefined;
}

/** What getnameinfo(3) is asked. */
export interface NameInfoCall {
  readonly address: string;
  readonly port: number;
  readonly nameFlags: number;
  readonly resolver: ResolverState | undefined;
}

/** What libc is to know of the lookup that a call is for: native/pace.h. */
export interface Pace {
  /** ms until nobody waits any more; Infinity: for ever. */
  readonly left: number;
  /** Further calls that may be made for the same question. */
  readonly hedges: number;
  /** This is one of them: it runs beside `max`, and is refused when there is no room for it. */
  readonly extra: boolean;
  /** A call for the other family runs at the same time. */
  readonly beside: boolean;
}

/** A call's id (positive), 0 when an extra was refused, or -errno when no thread could be started. */
export type CallId = number;

/**
 * Starts one blocking call on a pool thread; `receiver` is told once, unless {@link abandon} comes first.
 */
export function start(call: AddrInfoCall | NameInfoCall, pace: Pace, receiver: Receiver): CallId {
  const id = register(receiver);
  const handle = call.resolver ?? null;
  // Of a deadline that is over there is 1 ms left: 0 would be none.
  const left = pace.left === Number.POSITIVE_INFINITY ? 0 : Math.max(1, Math.ceil(pace.left));
  const how = (pace.extra ? Mode.extra : Mode.plain) | (pace.beside ? Mode.beside : Mode.plain);
  let refused: number;
  if ('address' in call) {
    const { address, port, nameFlags } = call;
    refused = addon.submitName(channel(), id, address, port, nameFlags, how, handle, left, pace.hedges);
  } else {
    const { node, service, family, socktype, protocol, flags } = call;
    const mode = how | (call.whole ? Mode.whole : Mode.plain);
    refused = addon.submit(
      channel(),
      id,
      node,
      service,
      family,
      socktype,
      protocol,
      flags,
      mode,
      handle,
      left,
      pace.hedges,
    );
  }
  if (refused === 0) {
    busyPoll.started(waiting.size === 1);
    return id;
  }
  take(id);
  return Math.min(refused, 0);
}

/** How long the call has run, in ms; undefined when it waits for a thread, or is done. */
export function runningFor(id: CallId): number | undefined {
  const ms = addon.runningFor(channel(), id);
  return ms < 0 ? undefined : ms;
}

/**
 * The call no longer counts against the pool's `max`; one that still waits goes ahead if stalls, not load,
 * hold the queue up.
 */
export function stepAside(id: CallId): Found {
  return addon.stepAside(channel(), id);
}

/** Nobody waits for the call any more: off the queue if it still waits, forgotten if it runs. */
export function abandon(id: CallId): void {
  take(id);
  addon.abandon(channel(), id);
}

/**
 * Runs code that is not ours. What it throws becomes an uncaught exception, as from a callback of
 * dns.lookup, and does not reach us: the others of the same batch still get their answers.
 */
export function isolate(foreign: () => void): void {
  try {
    foreign();
  } catch (error) {
    addon.fatalException(error);
  }
}

/**
 * Settings to make calls with. Returns, as text, a nameserver that cannot be used: the scope of its
 * address is no interface of this host.
 */
export function makeResolverState(settings: ResolverSettings): ResolverState | string {
  return addon.resolverState(settings);
}

/** The settings that this libc, as it runs, can be told. */
export const supportedSettings: ReadonlySet<string> = new Set(addon.resolverOptions);

/** `glibc 2.36`; of another C library a phrase, for messages. */
export const libc: string = addon.libc;

/** Values already checked: {@link import('../options/thread-options').setThreads}. */
export function setThreadLimits(max: number, hardMax: number, idleTimeout: number): void {
  addon.setThreads(max, hardMax, idleTimeout);
}

/** The shared pool, as it is now: over all threads of this process that loaded the package. */
export function threadStats(): ThreadStats {
  return addon.threadStats();
}

/** Whether a quarter of all threads that may be is left behind in calls that nobody waits for. */
export function isCrowded(): boolean {
  const { abandoned, hardMax } = addon.threadStats();
  return abandoned * 4 >= hardMax;
}

/** AI_*, AF_*, SOCK_*, IPPROTO_*, EAI_*, NI_*: this platform's values, read from C. */
export const constants: Readonly<Record<string, number>> = Object.freeze({ ...addon.constants });
