import { constants } from './native/calls';
import { fieldsOf } from './options/checks';
import { callOptions } from './options/resolver-options';
import type { Pipeline, Request } from './pipeline/pipeline';
import { typeError } from './shared/errors';
import { checkedHost } from './shared/hostname';
import { isIP } from './shared/on-demand';

/** For one `lookup4`. */
export interface Lookup4Options {
  /** Every address instead of the first. Default false. */
  readonly all?: boolean;
  /** Ends the lookup at once; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Deadline in ms, 0 for none. Default: the resolver's (5000). */
  readonly timeout?: number;
}

/**
 * Resolves a host name to IPv4 addresses: getaddrinfo(3) with AF_INET, so that no AAAA query is ever
 * sent. The host name may be from DNS, from the hosts file, or from whatever nsswitch.conf says; an IPv4
 * address comes back as it is. The answer is in getaddrinfo's order (gai.conf).
 *
 * Rejects as `dns.lookup` does: `ENOTFOUND` (no such name, or none with an IPv4 address), `EAI_AGAIN`
 * (the nameserver failed, or `maxPending` is reached: see `cause`), `EINVAL` (not a valid name);
 * `ETIMEOUT` at the deadline; the signal's reason on abort; a TypeError for an argument that cannot be.
 */
export interface Lookup4 {
  /** The first address. */
  (hostname: string, options?: Lookup4Options & { readonly all?: false }): Promise<string>;
  /** Every address. */
  (hostname: string, options: Lookup4Options & { readonly all: true }): Promise<string[]>;
  /** As `options.all` says. */
  (hostname: string, options?: Lookup4Options): Promise<string | string[]>;
}

const { SOCK_STREAM = 0 } = constants;

const KNOWN = ['all', 'signal', 'timeout'];

/** `lookup4` over this pipeline. */
export function createLookup4(pipeline: Pipeline): Lookup4 {
  function lookup4(hostname: string, options?: Lookup4Options & { all?: false }): Promise<string>;
  function lookup4(hostname: string, options: Lookup4Options & { all: true }): Promise<string[]>;
  function lookup4(hostname: string, options?: Lookup4Options): Promise<string | string[]>;
  function lookup4(hostname: string, options?: Lookup4Options): Promise<string | string[]> {
    // What is thrown in here rejects, as in an async function; that one would cost two more turns.
    return new Promise((resolve, reject) => {
      const fields = fieldsOf('options', options, KNOWN);
      const all = fields['all'] ?? false;
      if (typeof all !== 'boolean') throw typeError('options.all', 'a boolean', all);
      const call = callOptions('options', fields);
      const { node } = checkedHost('hostname', hostname);
      if (isIP(hostname) === 4) {
        resolve(all ? [hostname] : hostname);
        return;
      }
      const request: Request = {
        hostname,
        node,
        service: null,
        families: 'ipv4-only',
        socktype: SOCK_STREAM,
        protocol: 0,
        // Not AI_ADDRCONFIG: with AF_INET it could only refuse all names on a host without an IPv4 address,
        // localhost included, and glibc lists the host's addresses for it in every call (15 us).
        flags: 0,
        whole: false,
      };
      pipeline.lookup(request, call, (error, addresses) => {
        const [first] = addresses;
        if (error !== undefined || first === undefined) reject(error);
        else resolve(all ? [...addresses] : first);
      });
    });
  }
  return lookup4;
}
