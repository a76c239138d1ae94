import { constants } from './native/constants';
import { fieldsOf, wholeNumber } from './options/checks';
import { callLimits } from './options/resolver-options';
import type { Pipeline } from './pipeline/pipeline';
import { reasonOf } from './pipeline/signals';
import { typeError, valueError } from './shared/errors';
import { checkedHost } from './shared/hostname';
import { isIP } from './shared/ip';

/** For one `lookup4`. */
export interface Lookup4Options {
  /** Every address instead of the first. Default false. */
  readonly all?: boolean;
  /**
   * `constants.AI_ADDRCONFIG`, or 0 (default). With it, a host that has no IPv4 address but loopback gets ENOTFOUND,
   * as getaddrinfo(3) has it with AF_INET, even for `localhost`.
   */
  readonly hints?: number;
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
 * `ETIMEOUT` at the deadline; the signal's reason on abort; a TypeError for an invalid argument.
 */
export interface Lookup4 {
  /** The first address. */
  (hostname: string, options?: Lookup4Options & { readonly all?: false }): Promise<string>;
  /** Every address. */
  (hostname: string, options: Lookup4Options & { readonly all: true }): Promise<string[]>;
  /** As `options.all` says. */
  (hostname: string, options?: Lookup4Options): Promise<string | string[]>;
}

const { AI_ADDRCONFIG, SOCK_STREAM } = constants;

const KNOWN = ['all', 'hints', 'signal', 'timeout'];

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
      const hints = wholeNumber('options.hints', fields['hints'], 0, AI_ADDRCONFIG, 0);
      if (hints !== 0 && hints !== AI_ADDRCONFIG)
        throw valueError('options.hints', '0 or AI_ADDRCONFIG', hints);
      const limits = callLimits('options', fields);
      const { node } = checkedHost('hostname', hostname);
      if (isIP(hostname) === 4) {
        if (limits.signal?.aborted) throw reasonOf(limits.signal);
        resolve(all ? [hostname] : hostname);
        return;
      }
      const question = {
        hostname,
        node,
        service: null,
        families: undefined,
        family: 4,
        socktype: SOCK_STREAM,
        protocol: 0,
        // AI_ADDRCONFIG only where it is asked for: with AF_INET it could only refuse every name on a host without an
        // IPv4 address, and glibc lists the host's addresses for it in every call (15 us).
        flags: hints,
        full: false,
      } as const;
      pipeline.lookup(question, limits, false, (error, { addresses }) => {
        const [first] = addresses;
        if (error !== undefined || first === undefined) reject(error);
        else resolve(all ? addresses.map(({ address }) => address) : first.address);
      });
    });
  }
  return lookup4;
}
