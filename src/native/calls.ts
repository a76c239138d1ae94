// Calls of the addon, under way in this thread: each has a number, and somebody who waits for it.

import { AsyncResource } from 'node:async_hooks';
import {
  addon,
  CallState,
  type Channel,
  Mode,
  type Value as NativeValue,
  type ResolverSettings,
  type ResolverState,
  type ThreadStats,
} from './addon';
import { BusyPoll } from './busy-poll';
import { TransientMap } from './transient-map';

export type { ResolverSettings, ResolverState, ThreadStats } from './addon';

/** A text or several, or (a failure) whether AI_ADDRCONFIG alone refused the name. */
export type Value = boolean | string | readonly string[];

/** {@link CallState}, as the layers above still call it. */
export const Found = { gone: 0, waiting: 1, running: 2 } as const;

/** Whom a finished call is for. */
export interface Receiver {
  /** On the event loop, with libuv's error number (0: none). */
  answered(id: CallId, errno: number, value: Value): void;
}

interface Call {
  readonly id: CallId;
  readonly receiver: Receiver;
  readonly isPlain: boolean;
}

const slots: (Call | undefined)[] = [];
const freeSlots: number[] = [];
const slotOf = new TransientMap<CallId, number>();
let lastId = 0;
let opened: Channel | undefined;

// Answers come in the async context of nobody's lookup: in that of the first one, they would keep its store
// in memory for ever.
const outside = new AsyncResource('ADDRINFO');
const busyPoll = new BusyPoll(outside, () => addon.deliver(channel()));

function deliver(...batch: readonly (number | Value)[]): void {
  busyPoll.answered();
  for (let at = 0; at < batch.length; at += 3) {
    const slot = batch[at];
    const status = batch[at + 1];
    const value = batch[at + 2];
    if (typeof slot !== 'number' || typeof status !== 'number') continue;
    if (typeof value === 'number' || value === undefined) continue;
    const call = slots[slot];
    if (call === undefined) continue;
    take(call.id);
    call.receiver.answered(call.id, Math.min(status, 0), texts(value, call.isPlain));
  }
}

/** As the layers above still have them. */
function texts(value: NativeValue, isPlain: boolean): Value {
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (isPlain) return value.filter((field) => typeof field === 'string');
  const fields = value.map(String);
  for (let at = 1; at + 5 < fields.length; at += 6) {
    const [address = '', family = '', socktype = '', protocol = ''] = fields.slice(at, at + 4);
    fields.splice(at, 4, family, socktype, protocol, address);
  }
  return fields;
}

function channel(): Channel {
  opened ??= outside.runInAsyncScope(addon.open, undefined, deliver);
  return opened;
}

function register(receiver: Receiver, isPlain: boolean): number {
  lastId += 1;
  const slot = freeSlots.pop() ?? slots.length;
  slots[slot] = { id: lastId, receiver, isPlain };
  slotOf.set(lastId, slot);
  return slot;
}

/** Frees the call's slot, and returns it; undefined when it was free already. */
function take(id: CallId): number | undefined {
  const slot = slotOf.get(id);
  if (slot === undefined) return undefined;
  slotOf.delete(id);
  slots[slot] = undefined;
  freeSlots.push(slot);
  return slot;
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
  const isName = 'address' in call;
  const slot = register(receiver, !isName && !call.whole);
  const id = lastId;
  const handle = call.resolver ?? null;
  const how = pace.extra ? Mode.hedge : Mode.plain;
  let refused: number;
  if (isName) {
    const { address, port, nameFlags } = call;
    refused = addon.submitName(channel(), slot, address, port, nameFlags, how, handle);
  } else {
    const { node, service, family, socktype, protocol, flags } = call;
    const mode = how | (call.whole ? Mode.full : Mode.plain);
    refused = addon.submit(channel(), slot, node, service, family, socktype, protocol, flags, mode, handle);
  }
  if (refused === 0) {
    busyPoll.started(slotOf.size === 1);
    return id;
  }
  take(id);
  return Math.min(refused, 0);
}

/** How long the call has run, in ms; undefined when it waits for a thread, or is done. */
export function runningFor(id: CallId): number | undefined {
  const slot = slotOf.get(id);
  const ms = slot === undefined ? -2 : addon.runningFor(channel(), slot);
  return ms < 0 ? undefined : ms;
}

/**
 * The call no longer counts against the pool's `max`; one that still waits goes ahead if stalls, not load,
 * hold the queue up.
 */
export function stepAside(id: CallId): CallState {
  const slot = slotOf.get(id);
  return slot === undefined ? CallState.finished : addon.stepAside(channel(), slot);
}

/** Nobody waits for the call any more: off the queue if it still waits, forgotten if it runs. */
export function abandon(id: CallId): void {
  const slot = take(id);
  if (slot !== undefined) addon.abandon(channel(), slot);
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
