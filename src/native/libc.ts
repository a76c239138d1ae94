// What this libc can be told, and what it says of the system.

import { addon, type ResolverSettings, type ResolverState } from './addon';

export type { ResolverSettings, ResolverState } from './addon';

/**
 * Settings to make calls with. Returns, as text, a nameserver that cannot be used: the scope of its address is
 * no interface of this host.
 */
export function makeResolverState(settings: ResolverSettings): ResolverState | string {
  return addon.resolverState(settings);
}

/** How libc completes a name (resolv.conf(5)). */
export interface SearchPath {
  readonly ndots: number;
  /** A single label is also asked for as it is, once it has been searched for; not with `no-tld-query`. */
  readonly asksSingleLabel: boolean;
  /** A is asked for first, and AAAA only once A has been answered: `single-request` and its like. */
  readonly asksOneByOne: boolean;
  readonly domains: readonly string[];
}

/** As libc has it now; undefined where libc cannot be asked. */
export function searchPath(resolver: ResolverState | undefined): SearchPath | undefined {
  const path = addon.searchPath(resolver ?? null);
  if (path === null) return undefined;
  const [ndots, asksSingleLabel, asksOneByOne, ...domains] = path;
  return {
    ndots: Number(ndots),
    asksSingleLabel: asksSingleLabel === true,
    asksOneByOne: asksOneByOne === true,
    domains: domains.map(String),
  };
}

/** The nameservers that libc asks (resolv.conf(5)). */
export interface NameserverList {
  /** It begins with another one for each question. */
  readonly rotates: boolean;
  /** How often each is asked. */
  readonly attempts: number;
  /** As text, with #port where that is not 53. */
  readonly addresses: readonly string[];
}

/** As libc has it now; undefined where libc cannot be asked. */
export function nameserverList(resolver: ResolverState | undefined): NameserverList | undefined {
  const list = addon.nameservers(resolver ?? null);
  if (list === null) return undefined;
  const [rotates, attempts, ...addresses] = list;
  return { rotates: rotates === true, attempts: Number(attempts), addresses: addresses.map(String) };
}

/** Grows whenever a file that name lookups depend on has changed. */
export function etcGeneration(): number {
  return addon.etcGeneration();
}

/** resolv.conf's flags: name in the settings, word in resolv.conf, the minor version of glibc 2 that brought it. */
export const resolverFlags: readonly (readonly [name: string, word: string, since: number])[] =
  addon.resolverFlags;

/** The settings that this libc, as it runs, can be told. */
export const supportedSettings: ReadonlySet<string> = new Set(addon.resolverOptions);

/** `glibc 2.36`; of another C library a phrase, for messages. */
export const libc: string = addon.libc;
