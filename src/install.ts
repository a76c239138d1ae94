import { syncBuiltinESMExports } from 'node:module';
import { resolver as defaultResolver } from './default-resolver';
import { nodeLookup } from './node-dns/originals';
import { isReplacement, originalOf } from './node-dns/replacement';
import type { ResolverOptions } from './options/resolver-options';
import { Resolver } from './resolver';

const dns: typeof import('node:dns') = require('node:dns');

/** What this copy of the package has put in place in this thread. */
let installed: { readonly undo: () => void } | undefined;

/**
 * Puts a resolver in the place of `dns.lookup`, `dns.promises.lookup` and both `lookupService`, for all
 * code of this thread that calls them through `node:dns`: net, tls, http, http2, dgram, fetch and every
 * client over these. A function that code took out of `node:dns` before stays Node's, and so does that
 * of a dgram socket made before (up to Node 22). A worker thread has a `node:dns` of its own and needs a
 * call of its own; `--import addrinfo/register` reaches every thread.
 *
 * Calling it again without options changes nothing; with options, they hold from now on. Another copy of
 * the package in the process is left in place or replaced by the same rule, never wrapped.
 *
 * @param options - of the resolver to use, or a {@link Resolver}, whose stats you can then read. Default:
 *   the resolver behind `lookup` of this package. Throws a TypeError that names the option that is wrong.
 * @returns the undo, which gives Node's own functions their place back. What somebody else has put over
 *   ours since stays. Once a later call has replaced this one, it does nothing.
 */
export function install(options?: ResolverOptions | Resolver): () => void {
  if (options === undefined) {
    if (installed !== undefined && dns.lookup !== nodeLookup) return installed.undo;
    if (isReplacement(dns.lookup)) return () => restore(isReplacement);
  }
  const resolver = options instanceof Resolver ? options : resolverFor(options);
  const ours: readonly unknown[] = [
    resolver.lookup,
    resolver.lookupService,
    ...Object.values(resolver.promises),
  ];
  replace(resolver);
  const undo = (): void => {
    if (installed?.undo !== undo) return;
    installed = undefined;
    restore((current) => ours.includes(current));
  };
  installed = { undo };
  return undo;
}

function resolverFor(options: ResolverOptions | undefined): Resolver {
  return options === undefined ? defaultResolver : new Resolver(options);
}

function replace(resolver: Resolver): void {
  dns.lookup = resolver.lookup;
  dns.lookupService = resolver.lookupService;
  dns.promises.lookup = resolver.promises.lookup;
  dns.promises.lookupService = resolver.promises.lookupService;
  syncBuiltinESMExports();
}

/** Node's own functions come back, where this one says so of what is in place now. */
function restore(goes: typeof isReplacement): void {
  if (goes(dns.lookup)) dns.lookup = originalOf(dns.lookup);
  if (goes(dns.lookupService)) dns.lookupService = originalOf(dns.lookupService);
  if (goes(dns.promises.lookup)) dns.promises.lookup = originalOf(dns.promises.lookup);
  if (goes(dns.promises.lookupService)) {
    dns.promises.lookupService = originalOf(dns.promises.lookupService);
  }
  syncBuiltinESMExports();
}
