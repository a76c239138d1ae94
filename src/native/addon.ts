// The addon: its types, and the one of this environment.

import { addonError } from './addon-error';
import { loadAddon } from './load-addon';
import { prebuiltName } from './prebuilt';

/** What a finished call brings: a text or several, or (a failure) whether AI_ADDRCONFIG alone refused the name. */
export type Value = boolean | string | readonly string[];

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
  /** A call for the other family runs at the same time. */
  beside: 4,
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
/** Settings of libc's resolver to make calls with: native/resolver_state.h. */
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
  readonly rotate?: boolean;
  readonly singleRequest?: boolean;
  readonly singleRequestReopen?: boolean;
  readonly useVc?: boolean;
  readonly noAaaa?: boolean;
  readonly edns0?: boolean;
  readonly trustAd?: boolean;
}

/** `native/addon.cc`. Arguments have been checked before they come here. */
interface Addon {
  open(deliver: (...batch: readonly (number | Value)[]) => void): Channel;
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
    resolver: ResolverState | null,
    timeout: number,
    hedges: number,
  ): number;
  submitName(
    channel: Channel,
    id: number,
    address: string,
    port: number,
    flags: number,
    mode: number,
    resolver: ResolverState | null,
    timeout: number,
    hedges: number,
  ): number;
  /** Hands over what has been answered so far, without waiting to be woken for it. */
  deliver(channel: Channel): void;
  /** ms; -1 while it waits, -2 when it is gone. */
  runningFor(channel: Channel, id: number): number;
  stepAside(channel: Channel, id: number): Found;
  abandon(channel: Channel, id: number): Found;
  /** A handle; or, as text, the nameserver that cannot be used. */
  resolverState(settings: ResolverSettings): ResolverState | string;
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
