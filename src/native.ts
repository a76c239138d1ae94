import { join } from 'node:path';
import bindings from 'bindings';
import { addonError } from './errors';
import { prebuiltName } from './prebuilt';

/** What a finished call brings: texts, or (a failure) whether AI_ADDRCONFIG alone refused the name. */
export type Value = boolean | readonly string[];

/** Called on the event loop with libuv's error number (0: none). */
export type Done = (errno: number, value: Value) => void;

/** What became of a call that was told to step aside or was abandoned. */
export const Found = { gone: 0, waiting: 1, running: 2 } as const;
export type Found = (typeof Found)[keyof typeof Found];

/** How a call is made; bits that may be combined. */
export const Mode = {
  plain: 0,
  /** The answer has every field of every address, not only its text. */
  whole: 1,
  /** A second attempt beside `max`, refused when there is no room for it. */
  extra: 2,
} as const;

/** The shared pool, as it is now. */
export interface ThreadStats {
  /** Calls that may run at their normal pace. */
  readonly max: number;
  /** Threads that may exist at all. */
  readonly hardMax: number;
  /** Milliseconds after which an idle thread goes. */
  readonly idleTimeout: number;
  /** Threads alive, idle or in a call. */
  readonly threads: number;
  readonly idle: number;
  /** Calls that count against `max`. */
  readonly running: number;
  /** Calls that stepped out of that count: hedged, past their deadline, aborted, or hedges themselves. */
  readonly slow: number;
  /** Of those, calls that nobody waits for any more; their threads come back when libc does. */
  readonly abandoned: number;
  /** Calls that wait for a thread. */
  readonly queued: number;
}

declare const channelBrand: unique symbol;
/** This environment's end of the addon. */
interface Channel {
  readonly [channelBrand]: true;
}

/** `native/addon.cc`. Arguments have been checked before they come here. */
interface Addon {
  open(deliver: (batch: readonly (number | Value)[]) => void): Channel;
  /** 0: accepted, 1: refused (an extra), negative: -errno, no thread could be started. */
  submit(
    channel: Channel,
    id: number,
    node: string | null,
    service: string | null,
    family: number,
    socktype: number,
    protocol: number,
    flags: number,
    mode: number,
  ): number;
  submitName(channel: Channel, id: number, address: string, port: number, flags: number): number;
  /** ms; -1 while it waits, -2 when it is gone. */
  runningFor(channel: Channel, id: number): number;
  stepAside(channel: Channel, id: number): Found;
  abandon(channel: Channel, id: number): Found;
  setThreads(max: number, hardMax: number, idleTimeout: number): void;
  threadStats(): ThreadStats;
  fatalException(error: unknown): void;
  readonly constants: Readonly<Record<string, number>>;
}

/** One compiled here wins over the package's own. */
function load(): Addon {
  const prebuilt = prebuiltName();
  try {
    return bindings({
      bindings: 'addrinfo',
      module_root: join(__dirname, '..'),
      try: [
        ['module_root', 'build', 'Release', 'bindings'],
        ['module_root', 'build', 'Debug', 'bindings'],
        ['module_root', 'prebuilds', prebuilt, 'bindings'],
      ],
    });
  } catch (error) {
    throw addonError(error, prebuilt);
  }
}

const addon: Addon = load();

/**
 * Whom a finished call is for. Emptied when it is: a Map with short-lived entries leaves a chain of retired
 * tables behind, which keep what they held from the scavenger, and `done` holds a whole lookup.
 */
interface Waiter {
  done: Done | undefined;
}

const waiting = new Map<number, Waiter>();
let lastId = 0;
let opened: Channel | undefined;

function deliver(batch: readonly (number | Value)[]): void {
  for (let at = 0; at < batch.length; at += 3) {
    const id = batch[at];
    const errno = batch[at + 1];
    const value = batch[at + 2];
    if (typeof id !== 'number' || typeof errno !== 'number') continue;
    if (typeof value === 'number' || value === undefined) continue;
    take(id)?.(errno, value);
  }
}

function channel(): Channel {
  opened ??= addon.open(deliver);
  return opened;
}

function register(done: Done): number {
  lastId += 1;
  waiting.set(lastId, { done });
  return lastId;
}

/** Whom the call is for, once; undefined when it was abandoned. */
function take(id: number): Done | undefined {
  const waiter = waiting.get(id);
  if (waiter === undefined) return undefined;
  waiting.delete(id);
  const { done } = waiter;
  waiter.done = undefined;
  return done;
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
}

/** What getnameinfo(3) is asked. */
export interface NameInfoCall {
  readonly address: string;
  readonly port: number;
  readonly nameFlags: number;
}

/** A call's id (positive), 0 when an extra was refused, or -errno when no thread could be started. */
export type CallId = number;

/**
 * Starts one blocking call on a pool thread; `done` is called once, unless {@link abandon} comes first.
 */
export function start(call: AddrInfoCall | NameInfoCall, extra: boolean, done: Done): CallId {
  const id = register(done);
  let refused: number;
  if ('address' in call) {
    refused = addon.submitName(channel(), id, call.address, call.port, call.nameFlags);
  } else {
    const mode = (call.whole ? Mode.whole : Mode.plain) | (extra ? Mode.extra : Mode.plain);
    const { node, service, family, socktype, protocol, flags } = call;
    refused = addon.submit(channel(), id, node, service, family, socktype, protocol, flags, mode);
  }
  if (refused === 0) return id;
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

/** Values already checked: {@link import('./threads').setThreads}. */
export function setThreadLimits(max: number, hardMax: number, idleTimeout: number): void {
  addon.setThreads(max, hardMax, idleTimeout);
}

/** The shared pool, as it is now: over all threads of this process that loaded the package. */
export function threadStats(): ThreadStats {
  return addon.threadStats();
}

/** AI_*, AF_*, SOCK_*, IPPROTO_*, EAI_*, NI_*: this platform's values, read from C. */
export const constants: Readonly<Record<string, number>> = Object.freeze({ ...addon.constants });
