import type { AddrInfo } from './native/answer';
import { fieldsOf, wholeNumber } from './options/checks';
import { callLimits, type Family } from './options/resolver-options';
import type { Pipeline } from './pipeline/pipeline';
import { typeError, valueError } from './shared/errors';
import { checkedHost } from './shared/hostname';

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
 * signal's reason on abort; a TypeError for an invalid argument.
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

/** `getaddrinfo` over this pipeline. */
export function createGetAddrInfo(pipeline: Pipeline): GetAddrInfo {
  return async function getaddrinfo(node, service, hints) {
    const fields = fieldsOf('hints', hints, KNOWN_HINTS);
    const checked = checkedService(service);
    const question = {
      ...checkedNode(node, checked),
      service: checked,
      families: undefined,
      family: checkedFamily(fields['family']),
      socktype: wholeNumber('hints.socktype', fields['socktype'], 0, MAX_INT, 0),
      protocol: wholeNumber('hints.protocol', fields['protocol'], 0, MAX_INT, 0),
      flags: wholeNumber('hints.flags', fields['flags'], 0, MAX_INT, 0),
      full: true,
    };
    const limits = callLimits('hints', fields);
    return new Promise((resolve, reject) => {
      pipeline.lookup(question, limits, false, (error, { entries }) => {
        if (error === undefined) resolve([...entries]);
        else reject(error);
      });
    });
  };
}
