// The addon, typed: native/binding/addon.cc. Only src/native/ imports this.

import { addonError } from './addon-error';
import { loadAddon } from './load-addon';
import { prebuiltName } from './prebuilt';

/** Where a call is. */
export const CallState = { finished: 0, queued: 1, running: 2 } as const;
export type CallState = (typeof CallState)[keyof typeof CallState];

/** How a call is made; bits that may be combined. */
export const Mode = {
  plain: 0,
  /** The answer has every field of every entry. */
  full: 1,
  /** It does not keep the process alive. */
  background: 2,
  /** One round, a second for each nameserver: another call is to wait longer. */
  brief: 4,
  /** The rounds that a brief call has left. */
  rest: 8,
  /** It runs beside the pool's `max`, from sockets of its own; refused where there is no room. */
  beside: 16,
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
  /** Of those, threads without a call. */
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
export interface Channel {
  readonly [channelBrand]: true;
}

declare const stateBrand: unique symbol;
/** Settings of libc's resolver to make calls with: native/resolver/resolver_state.h. */
export interface ResolverState {
  readonly [stateBrand]: true;
}

/** resolv.conf's options, within their bounds and supported here. Absent: as the system has them. */
export interface ResolverSettings {
  readonly nameservers?: readonly { readonly address: string; readonly port: number }[];
  readonly search?: readonly string[];
  readonly ndots?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly attempts?: number;
  /** By the names of {@link Addon.resolverFlags}. */
  readonly [flag: string]: unknown;
}

/** What a call brings; {@link Addon.open} says what stands for what. */
export type Value = boolean | string | readonly (string | number)[];

export interface Addon {
  /**
   * `deliver` gets a batch of answers: slot, status, value, candidate, nameserver, ms that libc ran for this
   * candidate, ms that it ran in all, ms in the queue of each. `nameserver` is the place in the list of the one that
   * answered; -1: not known, -2: nothing was sent, -3: something was sent.
   * - status < 0: libuv's errno; the value says whether AI_ADDRCONFIG alone refused the name.
   * - status 4 or 6: one address of that family, as text.
   * - status 0: a list. Of addresses: address, family, ... Of full entries: canonname ('' for none), then
   *   address, family, socktype, protocol, port, scope id, ... Of getnameinfo: host, service.
   */
  open(deliver: (...batch: readonly (number | Value)[]) => void): Channel;
  /**
   * `slot` is this call's until it is delivered, or abandoned while it is queued. `order`: the nameservers to ask, two
   * bits for each from the lowest on, its place in the list plus one; 0: as they are listed. Returns 0: accepted, 1:
   * there is no room beside `max`, negative: -errno, no thread could be started.
   */
  submit(
    channel: Channel,
    slot: number,
    node: string | readonly string[] | null,
    service: string | null,
    family: number,
    socktype: number,
    protocol: number,
    flags: number,
    mode: number,
    order: number,
    resolver: ResolverState | null,
  ): number;
  submitName(
    channel: Channel,
    slot: number,
    address: string,
    port: number,
    flags: number,
    mode: number,
    order: number,
    resolver: ResolverState | null,
  ): number;
  /** Makes the event loop call the function of {@link Addon.open} soon, even if there is nothing to deliver. */
  wake(channel: Channel): void;
  /** Hands over what has been answered so far, without waiting to be woken for it. */
  deliver(channel: Channel): void;
  /** ms since libc was asked for the present candidate; -1 while the call is queued, -2 when it is finished. */
  runningFor(channel: Channel, slot: number): number;
  /** The candidate that libc is asked for now. */
  candidate(channel: Channel, slot: number): number;
  stepAside(channel: Channel, slot: number): CallState;
  /** Nobody waits any more. A call that runs is still delivered, but keeps no process alive. */
  abandon(channel: Channel, slot: number): CallState;
  /** A handle; or, as text, the nameserver that cannot be used. */
  resolverState(settings: ResolverSettings): ResolverState | string;
  /** glibc: {@link SearchPath}'s fields as libc has them now, then the search list. Elsewhere null. */
  searchPath(resolver: ResolverState | null): readonly (number | boolean | string)[] | null;
  /** glibc: {@link NameserverList}'s fields as libc has them now, then the addresses. Elsewhere null. */
  nameservers(resolver: ResolverState | null): readonly (number | boolean | string)[] | null;
  /** Grows whenever a file that name lookups depend on has changed. */
  etcGeneration(): number;
  /** resolv.conf's flags: name in {@link ResolverSettings}, word in resolv.conf, minor version of glibc 2. */
  readonly resolverFlags: readonly (readonly [name: string, word: string, since: number])[];
  readonly resolverOptions: readonly string[];
  readonly libc: string;
  setThreads(max: number, hardMax: number, idleTimeout: number): void;
  threadStats(): ThreadStats;
  fatalException(error: unknown): void;
  readonly constants: Readonly<Record<string, number>>;
}

function isAddon(loaded: unknown): loaded is Addon {
  return typeof loaded === 'object' && loaded !== null && 'submit' in loaded;
}

function load(): Addon {
  const loaded = loadAddon();
  if (!isAddon(loaded))
    throw addonError(new Error('the file is not the addon of this version'), prebuiltName());
  return loaded;
}

/** Loaded with this module: where there is none, importing it throws `ERR_ADDRINFO_ADDON`. */
export const addon: Addon = load();
