// The addon: its types, and where it is loaded from.

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { addonError } from '../shared/errors';
import { prebuiltName } from './prebuilt';

/**
 * What a finished call brings: one address; a flat list; or (a failure) whether AI_ADDRCONFIG alone refused the name.
 */
export type Value = boolean | string | readonly (string | number)[];

/** Where a call is. */
export const CallState = { finished: 0, queued: 1, running: 2 } as const;
export type CallState = (typeof CallState)[keyof typeof CallState];

/** How a call is made; bits that may be combined. */
export const Mode = {
  plain: 0,
  /** The answer has every field of every address. */
  full: 1,
  /** A second attempt beside `max`, refused when there is no room for it. */
  hedge: 2,
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
  readonly rotate?: boolean;
  readonly singleRequest?: boolean;
  readonly singleRequestReopen?: boolean;
  readonly useVc?: boolean;
  readonly noAaaa?: boolean;
  readonly edns0?: boolean;
  readonly trustAd?: boolean;
}

/** `native/binding/addon.cc`. Arguments have been checked before they come here. */
interface Addon {
  /**
   * A batch is slot, status, value, slot, status, value, ... Status below 0: libuv's errno, and a boolean. 4 or 6: one
   * address of this family, as text (plain mode only). 0: a flat list. Plain: address, family, ... Full: canonname ('' if
   * none), then address, family, socktype, protocol, port, scopeId, ... getnameinfo: host, service.
   */
  open(deliver: (...batch: readonly (number | Value)[]) => void): Channel;
  /** `slot` is a small integer, free again once delivered or abandoned. 0: accepted, 1: refused (a hedge), negative: -errno. */
  submit(
    channel: Channel,
    slot: number,
    node: string | null,
    service: string | null,
    family: 0 | 4 | 6,
    socktype: number,
    protocol: number,
    flags: number,
    mode: number,
    resolver: ResolverState | null,
  ): number;
  submitName(
    channel: Channel,
    slot: number,
    address: string,
    port: number,
    flags: number,
    mode: number,
    resolver: ResolverState | null,
  ): number;
  /** Hands over what has been answered so far, without waiting to be woken for it. */
  deliver(channel: Channel): void;
  /** ms by the pool's clock; -1 while it is queued, -2 once it has finished. */
  runningFor(channel: Channel, slot: number): number;
  stepAside(channel: Channel, slot: number): CallState;
  abandon(channel: Channel, slot: number): CallState;
  /** A handle; or, as text, the nameserver that cannot be used. */
  resolverState(settings: ResolverSettings): ResolverState | string;
  /** [ndots, ...domains] as libc has them now; null where it does not say (other libcs than glibc, a list too long). */
  searchPath(resolver: ResolverState | null): readonly (number | string)[] | null;
  /** Grows whenever what decides over names in /etc has changed since the last call in this process. */
  etcGeneration(): number;
  /** Of resolv.conf: the setting's name, the word, whether this libc has it. */
  readonly resolverFlags: readonly (readonly [name: string, word: string, supported: boolean])[];
  readonly resolverOptions: readonly string[];
  readonly libc: string;
  setThreads(max: number, hardMax: number, idleTimeout: number): void;
  threadStats(): ThreadStats;
  fatalException(error: unknown): void;
  readonly constants: Readonly<Record<string, number>>;
}

/** In dist/ of the package, or in src/native/ of a checkout. */
const ROOT = join(__dirname, basename(__dirname) === 'native' ? '../..' : '..');
const FILE = 'addrinfo.node';

const COMPILED = [
  ['build', 'Release'],
  ['build', 'Debug'],
] as const;

/** One compiled here wins over the package's own. */
function place(): readonly string[] {
  return COMPILED.find((folder) => existsSync(join(ROOT, ...folder, FILE))) ?? ['prebuilds', prebuiltName()];
}

function load(): Addon {
  try {
    return require(join(ROOT, ...place(), FILE));
  } catch (error) {
    throw addonError(error, prebuiltName());
  }
}

/** Loaded with this module: where there is none, importing it throws `ERR_ADDRINFO_ADDON`. */
export const addon: Addon = load();
