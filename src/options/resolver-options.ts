import type { ResolverState } from '../native/libc';
import { typeError, valueError } from '../shared/errors';
import { abortSignal, type Fields, fieldsOf, flag, milliseconds, wholeNumber } from './checks';
import { parseResolv, type ResolvOptions } from './resolv';

/** Which addresses a lookup asks for when the caller names no family. */
export type Families = 'ipv4-only' | 'ipv4-first' | 'dual' | 'system';

/** An address family: 0 is AF_UNSPEC. */
export type Family = 0 | 4 | 6;

const FAMILIES: readonly Families[] = ['ipv4-only', 'ipv4-first', 'dual', 'system'];

/** How long answers are kept, in ms. getaddrinfo gives no TTL, so these are the operator's judgement. */
export interface CacheOptions {
  /** How long an answer is served without asking again. */
  readonly ttl: number;
  /** How much longer it is served while one lookup refreshes it. Default 0. */
  readonly staleTtl?: number;
  /** How long "no such name" is kept. Default 0: not at all. */
  readonly negativeTtl?: number;
  /** Names kept; beyond, the least recently used goes. Default 1000. */
  readonly maxEntries?: number;
}

/** How a {@link Resolver} resolves. Every time is in ms. */
export interface ResolverOptions {
  /**
   * Which addresses a lookup asks for when its caller names no family. Default `'ipv4-first'`.
   * - `ipv4-only`: AF_INET. Never a AAAA query.
   * - `ipv4-first`: AF_INET, and AF_INET6 only when the name has no A record.
   * - `dual`: both at once, each on a thread and socket of its own.
   * - `system`: one AF_UNSPEC call, as Node makes it.
   */
  readonly families?: Families;
  /** How long `dual` waits for AAAA once A is in (RFC 8305, section 3). Default 50. */
  readonly resolutionDelay?: number;
  /** A lookup's deadline; 0 for none. Default 5000. */
  readonly timeout?: number;
  /**
   * How long a call may take before it is made again, on another thread and of the next nameserver; `false`: never.
   * Default `'auto'`: as long as the nameservers' latest answers have it, from 30 to 1000; 300 until enough are known.
   */
  readonly hedge?: 'auto' | number | false;
  /**
   * Default true: a nameserver that does not answer while another one does is asked last until it answers again (glibc).
   * `false`: always in the order of resolv.conf.
   */
  readonly failover?: boolean;
  /** Default `false`: getaddrinfo gives no TTL, and a stale address outlives a moved container. */
  readonly cache?: false | CacheOptions;
  /** Lookups waiting or running in this resolver; one more is refused with EAI_AGAIN. Default 10000. */
  readonly maxPending?: number;
  /**
   * resolv.conf's options for this resolver's lookups alone, as an object or in resolv.conf's own words
   * (`'single-request timeout:1'`). Default: the system's. glibc only, see {@link Resolver.supports}.
   */
  readonly resolv?: ResolvOptions | string;
}

/** {@link ResolverOptions}, checked and complete. */
export interface ResolverPolicy {
  readonly families: Families;
  readonly resolutionDelay: number;
  readonly timeout: number;
  readonly hedge: 'auto' | number | false;
  readonly failover: boolean;
  readonly cache: false | Required<CacheOptions>;
  readonly maxPending: number;
  /** Undefined: as the system has it. */
  readonly resolv: ResolverState | undefined;
}

/** What a caller sets for one lookup. */
export interface CallLimits {
  readonly signal?: AbortSignal | undefined;
  /** ms; 0 is none; undefined is the resolver's. */
  readonly timeout?: number | undefined;
}

/** `signal` and `timeout`, which every kind of lookup takes; `where` is what its caller knows them as. */
export function callLimits(where: string, fields: Fields): CallLimits {
  const timeout = fields['timeout'];
  return {
    signal: abortSignal(`${where}.signal`, fields['signal']),
    timeout: timeout === undefined ? undefined : milliseconds(`${where}.timeout`, timeout, 0, 0),
  };
}

/** One of {@link Families}. */
export function parseFamilies(name: string, value: unknown): Families {
  if (value === undefined) return 'ipv4-first';
  const known = FAMILIES.find((families) => families === value);
  if (known === undefined) throw valueError(name, `one of ${FAMILIES.join(', ')}`, value);
  return known;
}

function parseCache(value: unknown): ResolverPolicy['cache'] {
  if (value === undefined || value === false) return false;
  const where = 'options.cache';
  const cache = fieldsOf(where, value, ['ttl', 'staleTtl', 'negativeTtl', 'maxEntries']);
  if (cache['ttl'] === undefined) throw typeError(`${where}.ttl`, 'a number of milliseconds', undefined);
  return {
    ttl: milliseconds(`${where}.ttl`, cache['ttl'], 1, 1),
    staleTtl: milliseconds(`${where}.staleTtl`, cache['staleTtl'], 0, 0),
    negativeTtl: milliseconds(`${where}.negativeTtl`, cache['negativeTtl'], 0, 0),
    maxEntries: wholeNumber(`${where}.maxEntries`, cache['maxEntries'], 1, 1_000_000, 1000),
  };
}

const KNOWN = [
  ...['families', 'resolutionDelay', 'timeout', 'hedge'],
  ...['failover', 'cache', 'maxPending', 'resolv'],
];

/** For messages. */
export const HEDGES = "'auto', a number of milliseconds from 1 on, or false";

/** One of {@link HEDGES}. */
export function parseHedge(name: string, value: unknown): 'auto' | number | false {
  if (value === undefined || value === 'auto') return 'auto';
  if (value === false) return false;
  if (typeof value === 'string') {
    throw valueError(name, HEDGES, value);
  }
  return milliseconds(name, value, 1, 1);
}

/** Checks a resolver's options and fills in the defaults. Throws a TypeError that names the option. */
export function resolverPolicy(input: unknown): ResolverPolicy {
  const options = fieldsOf('options', input, KNOWN);
  return {
    families: parseFamilies('options.families', options['families']),
    resolutionDelay: milliseconds('options.resolutionDelay', options['resolutionDelay'], 0, 50),
    timeout: milliseconds('options.timeout', options['timeout'], 0, 5000),
    hedge: parseHedge('options.hedge', options['hedge']),
    failover: flag('options.failover', options['failover'], true),
    cache: parseCache(options['cache']),
    maxPending: wholeNumber('options.maxPending', options['maxPending'], 1, Number.MAX_SAFE_INTEGER, 10_000),
    resolv: parseResolv('options.resolv', options['resolv']),
  };
}
