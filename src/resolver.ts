import { createGetAddrInfo, type GetAddrInfo } from './getaddrinfo';
import { createLookup4, type Lookup4 } from './lookup4';
import { createLookup, createPromisesLookup, type Lookup, type PromisesLookup } from './node-dns/lookup';
import {
  createLookupService,
  createPromisesLookupService,
  type LookupService,
  type PromisesLookupService,
} from './node-dns/lookup-service';
import { isSupported, type ResolvOption } from './options/resolv';
import { type ResolverOptions, resolverPolicy } from './options/resolver-options';
import type { ResolverStats } from './pipeline/counters';
import { Pipeline } from './pipeline/pipeline';
import { checkedHost } from './shared/hostname';

/** The same functions, each returning a promise. */
export interface ResolverPromises {
  /** The same as {@link Resolver.lookup4}. */
  readonly lookup4: Lookup4;
  /** `dns.promises.lookup`, by this resolver. */
  readonly lookup: PromisesLookup;
  /** `dns.promises.lookupService`, by this resolver. */
  readonly lookupService: PromisesLookupService;
  /** The same as {@link Resolver.getaddrinfo}. */
  readonly getaddrinfo: GetAddrInfo;
}

/**
 * A policy of its own over the thread pool that all share: families, deadline, hedge, cache. Its
 * functions are bound, so that they can be handed on: `new http.Agent({ lookup: resolver.lookup })`.
 */
export class Resolver {
  readonly #pipeline: Pipeline;
  /** IPv4 addresses, whatever `families` says. */
  readonly lookup4: Lookup4;
  /** In `dns.lookup`'s place. */
  readonly lookup: Lookup;
  /** In `dns.lookupService`'s place. */
  readonly lookupService: LookupService;
  /** getaddrinfo(3), whole. */
  readonly getaddrinfo: GetAddrInfo;
  /** The same functions, each returning a promise. */
  readonly promises: ResolverPromises;

  /** Throws a TypeError that names the option which is wrong. */
  constructor(options?: ResolverOptions) {
    const pipeline = new Pipeline(resolverPolicy(options));
    this.#pipeline = pipeline;
    this.lookup4 = createLookup4(pipeline);
    this.lookup = createLookup(pipeline);
    this.lookupService = createLookupService(pipeline);
    this.getaddrinfo = createGetAddrInfo(pipeline);
    this.promises = {
      lookup4: this.lookup4,
      lookup: createPromisesLookup(pipeline),
      lookupService: createPromisesLookupService(pipeline),
      getaddrinfo: this.getaddrinfo,
    };
  }

  /**
   * Whether this platform's libc can be told an option of {@link ResolverOptions.resolv} for one call:
   * glibc can, musl, macOS and Windows cannot, and `new Resolver` with such an option throws
   * `ERR_ADDRINFO_UNSUPPORTED`. Throws a TypeError where there is no such option.
   */
  static supports(option: ResolvOption): boolean {
    return isSupported(option);
  }

  /** What this resolver has done so far, and how it stands. */
  stats(): ResolverStats {
    return this.#pipeline.stats();
  }

  /** Forgets a name's cached answers, or all of them. */
  clearCache(hostname?: string): void {
    if (hostname === undefined) this.#pipeline.clearCache();
    else this.#pipeline.clearCache(checkedHost('hostname', hostname).node);
  }
}
