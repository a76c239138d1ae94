import { fieldsOf, wholeNumber } from './options/checks';
import { callOptions } from './options/resolver-options';
import type { Family } from './pipeline/families';
import type { Pipeline, Request } from './pipeline/pipeline';
import { typeError, valueError } from './shared/errors';
import { checkedHost } from './shared/hostname';

/** One entry of getaddrinfo's answer. */
export interface AddrInfo {
  /** AF_INET or AF_INET6. */
  readonly family: 4 | 6;
  /** SOCK_STREAM, SOCK_DGRAM, SOCK_RAW. */
  readonly socktype: number;
  /** IPPROTO_TCP, IPPROTO_UDP ... */
  readonly protocol: number;
  /** As text; without the scope. */
  readonly address: string;
  /** 0 unless a service was asked for. */
  readonly port: number;
  /** The interface of a link-local IPv6 address. */
  readonly scopeId?: number;
  /** On every entry, where AI_CANONNAME was asked for. */
  readonly canonname?: string;
}

/** getaddrinfo(3)'s hints, and how long to wait. */
export interface Hints {
  /** 4, 6, or 0 (default) for both: AF_INET, AF_INET6, AF_UNSPEC. */
  readonly family?: Family;
  /** `constants.SOCK_*`. Default 0: an entry for each. */
  readonly socktype?: number;
  /** `constants.IPPROTO_*`. Default 0: any. */
  readonly protocol?: number;
  /** `constants.AI_*`, or-ed. Default 0. */
  readonly flags?: number;
  /** Ends the lookup at once; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Deadline in ms, 0 for none. Default: the resolver's (5000). */
  readonly timeout?: number;
}

/**
 * getaddrinfo(3), whole.
 *
 * Rejects as `dns.lookup` does, with getaddrinfo's own codes: `ENOTFOUND` (EAI_NONAME, EAI_NODATA),
 * `EAI_AGAIN`, `EAI_SERVICE`, `EAI_SOCKTYPE`, `EAI_BADFLAGS` ...; `ETIMEOUT` at the deadline; the
 * signal's reason on abort; a TypeError for an argument that cannot be.
 *
 * @param node - host name or address; null for the host itself (loopback, or the wildcard address with
 *   `AI_PASSIVE`), which needs a service
 * @param service - name (`'http'`) or port
 * @param hints - as getaddrinfo takes them; family 0 is AF_UNSPEC, whatever the resolver's `families`
 * @returns every entry, in getaddrinfo's order
 */
export type GetAddrInfo = (
  node: string | null,
  service?: string | number | null,
  hints?: Hints,
) => Promise<AddrInfo[]>;

const KNOWN_HINTS = ['family', 'socktype', 'protocol', 'flags', 'signal', 'timeout'];
const MAX_INT = 2 ** 31 - 1;

function checkedFamily(value: unknown): Family {
  if (value === undefined || value === 0) return 0;
  if (value === 4 || value === 6) return value;
  throw valueError('hints.family', 'one of 0, 4, 6', value);
}

function checkedService(service: unknown): string | null {
  if (service === undefined || service === null) return null;
  if (typeof service === 'number') return String(wholeNumber('service', service, 0, 65_535, 0));
  const expected = 'a service name, a port, or null';
  if (typeof service !== 'string') throw typeError('service', expected, service);
  if (service === '' || service.includes('\0')) throw valueError('service', expected, service);
  return service;
}

function checkedNode(
  node: unknown,
  service: string | null,
): { hostname: string | undefined; node: string | null } {
  if (node !== null) return checkedHost('node', node);
  if (service === null) throw valueError('node', 'a host when no service is given', node);
  return { hostname: undefined, node: null };
}

function isFamily(family: number): family is 4 | 6 {
  return family === 4 || family === 6;
}

// canonname, then family, socktype, protocol, address, port, scope of each entry (native/channel.cc).
function entries([canonname = '', ...fields]: readonly string[]): AddrInfo[] {
  const list: AddrInfo[] = [];
  for (let at = 0; at < fields.length; at += 6) {
    const [family, socktype, protocol, , port, scopeId] = fields.slice(at, at + 6).map(Number);
    if (family === undefined || !isFamily(family)) continue;
    list.push({
      family,
      socktype: socktype ?? 0,
      protocol: protocol ?? 0,
      address: fields[at + 3] ?? '',
      port: port ?? 0,
      ...(scopeId ? { scopeId } : {}),
      ...(canonname === '' ? {} : { canonname }),
    });
  }
  return list;
}

/** `getaddrinfo` over this pipeline. */
export function createGetAddrInfo(pipeline: Pipeline): GetAddrInfo {
  return async function getaddrinfo(node, service, hints) {
    const fields = fieldsOf('hints', hints, KNOWN_HINTS);
    const checked = checkedService(service);
    const request: Request = {
      ...checkedNode(node, checked),
      service: checked,
      families: checkedFamily(fields['family']),
      socktype: wholeNumber('hints.socktype', fields['socktype'], 0, MAX_INT, 0),
      protocol: wholeNumber('hints.protocol', fields['protocol'], 0, MAX_INT, 0),
      flags: wholeNumber('hints.flags', fields['flags'], 0, MAX_INT, 0),
      whole: true,
    };
    const call = callOptions('hints', fields);
    return new Promise((resolve, reject) => {
      pipeline.lookup(request, call, (error, texts) => {
        if (error === undefined) resolve(entries(texts));
        else reject(error);
      });
    });
  };
}
