import { resolver } from './default-resolver';
import type { GetAddrInfo } from './getaddrinfo';
import type { Lookup } from './lookup';
import type { LookupService } from './lookup-service';
import type { Lookup4 } from './lookup4';
import type { ResolverPromises } from './resolver';
import type { ResolverStats } from './stats';

export type { CacheOptions } from './cache';
export type { LookupError } from './errors';
export type { Families, Family } from './families';
export type { AddrInfo, GetAddrInfo, Hints } from './getaddrinfo';
export { install } from './install';
export type {
  Lookup,
  LookupAllCallback,
  LookupCallback,
  LookupLimits,
  LookupOneCallback,
  PromisesLookup,
  PromisifiedLookup,
  ResolvedAddress,
} from './lookup';
export type { LookupService, PromisesLookupService } from './lookup-service';
export type { Lookup4, Lookup4Options } from './lookup4';
export { constants, type ThreadStats, threadStats } from './native';
export type { ResolverOptions } from './options';
export type { ResolvOption, ResolvOptions } from './resolv';
export { Resolver, type ResolverPromises } from './resolver';
export type { CacheStats, LatencyStats, ResolverStats } from './stats';
export { setThreads, type ThreadOptions } from './threads';
export type { LookupTrace } from './trace';

/** A host name's IPv4 addresses, by the default resolver: one A query, never a AAAA. */
export const lookup4: Lookup4 = resolver.lookup4;

/** In `dns.lookup`'s place: for the `lookup` option of agents, sockets and clients. */
export const lookup: Lookup = resolver.lookup;

/** In `dns.lookupService`'s place: the host and service names of an address and a port. */
export const lookupService: LookupService = resolver.lookupService;

/** getaddrinfo(3), whole: both families, services, socket types, flags. */
export const getaddrinfo: GetAddrInfo = resolver.getaddrinfo;

/** The functions above, each returning a promise. */
export const promises: ResolverPromises = resolver.promises;

/** What the default resolver has done so far, and how it stands. */
export function stats(): ResolverStats {
  return resolver.stats();
}
