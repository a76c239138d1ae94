import type { Way } from '../way';
import { betterLookup } from './better-lookup';
import { cacheableLookup } from './cacheable-lookup';
import { dnsLookup } from './dns-lookup';
import { dnsLookup4 } from './dns-lookup-4';
import { dnsLookup4Threads64 } from './dns-lookup-4-threads-64';
import { dnsResolve4 } from './dns-resolve4';
import { dnsCache } from './dnscache';
import { limit16, limit16Kept, limit64 } from './limit';
import { lookup } from './lookup';
import { lookupCached } from './lookup-cached';
import { lookupDnsCache } from './lookup-dns-cache';
import { lookupDual } from './lookup-dual';
import { lookup4 } from './lookup4';
import { lookup4Threads64 } from './lookup4-threads-64';
import { undiciDns } from './undici-dns';

/** Every way that is compared, in the order of the report. */
export const WAYS = {
  'dns-lookup': dnsLookup,
  'dns-lookup-4': dnsLookup4,
  'dns-lookup-4-threads-64': dnsLookup4Threads64,
  'dns-resolve4': dnsResolve4,
  'cacheable-lookup': cacheableLookup,
  'better-lookup': betterLookup,
  'lookup-dns-cache': lookupDnsCache,
  dnscache: dnsCache,
  'undici-dns': undiciDns,
  lookup4,
  'lookup4-threads-64': lookup4Threads64,
  lookup,
  'lookup-dual': lookupDual,
  'lookup-cached': lookupCached,
  'limit-16': limit16,
  'limit-16-kept': limit16Kept,
  'limit-64': limit64,
} as const satisfies Record<string, Way>;

export type WayName = keyof typeof WAYS;

/** The ways of other packages. */
export const PEERS = [
  'cacheable-lookup',
  'better-lookup',
  'lookup-dns-cache',
  'dnscache',
  'undici-dns',
] as const satisfies readonly WayName[];

export function isWayName(name: string): name is WayName {
  return Object.hasOwn(WAYS, name);
}

export function wayOf(name: WayName): Way {
  return WAYS[name];
}
