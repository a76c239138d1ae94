import { resolver } from './default-resolver';
import type { GetAddrInfo } from './getaddrinfo';
import type { Lookup } from './lookup';
import type { LookupService } from './lookup-service';
import type { Lookup4 } from './lookup4';
import type { ResolverPromises } from './resolver';
import type { ResolverStats } from './stats';

export type { CacheOptions } from './cache';
export type { LookupError } from './errors';
export type { Families } from './families';
export type { AddrInfo, GetAddrInfo, Hints } from './getaddrinfo';
export { install } from './install';
export type { Lookup, LookupLimits, PromisesLookup, ResolvedAddress } from './lookup';
export type { LookupService, PromisesLookupService } from './lookup-service';
export type { Lookup4, Lookup4Options } from './lookup4';
export { constants, type ThreadStats, threadStats } from './native';
export type { ResolverOptions } from './options';
export type { ResolvOption, ResolvOptions } from './resolv';
export { Resolver, type ResolverPromises } from './resolver';
export type { LatencyStats, ResolverStats } from './stats';
export { setThreads, type ThreadOptions } from './threads';
export type { LookupTrace } from './trace';

export const lookup4: Lookup4 = resolver.lookup4;
export const lookup: Lookup = resolver.lookup;
export const lookupService: LookupService = resolver.lookupService;
export const getaddrinfo: GetAddrInfo = resolver.getaddrinfo;
export const promises: ResolverPromises = resolver.promises;

/** What the default resolver has done so far, and how it stands. */
export function stats(): ResolverStats {
  return resolver.stats();
}
