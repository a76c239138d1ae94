import { type CallLimits, callLimits, type Family } from '../options/resolver-options';
import { nullByteError } from '../shared/errors';
import { isIP } from '../shared/ip';
import { nodeDns } from './originals';
import { isNetworkForbidden } from './permission';

/** `dns.lookup`'s options, read and complete, and ours. */
export interface LookupArguments {
  readonly hostname: string;
  readonly hints: number;
  readonly family: Family;
  readonly all: boolean;
  readonly order: Order;
  readonly limits: CallLimits;
}

export type Order = 'verbatim' | 'ipv4first' | 'ipv6first';

const HINTS = nodeDns.ADDRCONFIG | nodeDns.V4MAPPED | nodeDns.ALL;

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

// The answers are new zeros: Node 20 and 22 abort on a family of -0.
function familyOf(value: unknown, named: boolean): Family | undefined {
  if (value === undefined || value === null || value === 0) return 0;
  if (value === 4 || (named && value === 'IPv4')) return 4;
  if (value === 6 || (named && value === 'IPv6')) return 6;
  return undefined;
}

function defaultOrder(): Order {
  const order: string = nodeDns.getDefaultResultOrder(); // Node's types do not know ipv6first everywhere.
  return order === 'ipv4first' || order === 'ipv6first' ? order : 'verbatim';
}

function orderOf(order: unknown, verbatim: boolean | null): Order | undefined {
  if (order === 'verbatim' || order === 'ipv4first' || order === 'ipv6first') return order;
  if (order !== undefined && order !== null) return undefined;
  if (verbatim !== null) return verbatim ? 'verbatim' : 'ipv4first';
  return defaultOrder();
}

function hintsOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number') return undefined;
  const hints = value >>> 0;
  return (hints & ~HINTS) === 0 ? hints : undefined;
}

/**
 * The arguments of a lookup that getaddrinfo has to answer, or undefined: a host that is no name (falsy, an IP
 * address), an option that is not valid. Node's own function answers those. A host with a NUL is refused as Node 22
 * does it; Node 20 would cut it there (CVE-2026-48930).
 * Options are read once each, in Node's order, and no further than the first that is wrong.
 *
 * @param named - whether `family: 'IPv4'` is good
 */
export function plainLookup(
  hostname: unknown,
  options: unknown,
  named: boolean,
): LookupArguments | undefined {
  if (typeof hostname !== 'string' || hostname === '') return undefined;
  if (hostname.includes('\0')) throw nullByteError(hostname);
  // With a colon it is an IPv6 address or no name at all.
  if (hostname.includes(':') || isIP(hostname) === 4 || isNetworkForbidden()) return undefined;

  if (options === undefined || options === null) {
    return { hostname, hints: 0, family: 0, all: false, order: defaultOrder(), limits: {} };
  }
  if (typeof options === 'number') {
    const family = familyOf(options, false);
    if (family === undefined) return undefined;
    return { hostname, hints: 0, family, all: false, order: defaultOrder(), limits: {} };
  }
  if (!isObject(options)) return undefined;
  const hints = hintsOf(options['hints']);
  if (hints === undefined) return undefined;
  const family = familyOf(options['family'], named);
  if (family === undefined) return undefined;
  const all = options['all'] ?? false;
  if (typeof all !== 'boolean') return undefined;
  const verbatim = options['verbatim'] ?? null;
  if (verbatim !== null && typeof verbatim !== 'boolean') return undefined;
  const order = orderOf(options['order'], verbatim);
  if (order === undefined) return undefined;
  const limits = callLimits('options', {
    signal: options['signal'] ?? undefined,
    timeout: options['timeout'] ?? undefined,
  });
  return { hostname, hints, family, all, order, limits };
}
