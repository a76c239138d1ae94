import { resolver } from './default-resolver';
import { FROM_ENVIRONMENT } from './from-environment';
import type { GetAddrInfo } from './getaddrinfo';
import { install } from './install';
import type { Lookup4 } from './lookup4';
import type { Lookup } from './node-dns/lookup';
import type { LookupService } from './node-dns/lookup-service';
import type { ResolverStats } from './pipeline/counters';
import { installFromEnvironment } from './register-options';
import type { ResolverPromises } from './resolver';

export type { GetAddrInfo, Hints } from './getaddrinfo';
export type { Lookup4, Lookup4Options } from './lookup4';
export type { AddrInfo } from './native/answer';
export { type ThreadStats, threadStats } from './native/calls';
export { type Constants, constants } from './native/constants';
export type {
  Lookup,
  LookupAllCallback,
  LookupCallback,
  LookupLimits,
  LookupOneCallback,
  PromisesLookup,
  PromisifiedLookup,
  ResolvedAddress,
} from './node-dns/lookup';
export type { LookupService, PromisesLookupService } from './node-dns/lookup-service';
export type { ResolvOption, ResolvOptions } from './options/resolv';
export type { CacheOptions, Families, Family, ResolverOptions } from './options/resolver-options';
export { setThreads, type ThreadOptions } from './options/thread-options';
export type { CacheStats, HedgeStats, ResolverStats } from './pipeline/counters';
export type { LatencyStats } from './pipeline/latency';
export type { NameserverStats } from './pipeline/nameserver';
export type { LookupTrace } from './pipeline/trace';
export { Resolver, type ResolverPromises } from './resolver';
export type { LookupError } from './shared/errors';

export { install };

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

Object.defineProperty(install, FROM_ENVIRONMENT, { value: installFromEnvironment });
