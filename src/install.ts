import { resolver as defaultResolver } from './default-resolver';
import { type Wrapped, warnOfWrappers } from './node-dns/foreign-wrapper';
import { writeToImportedCopies } from './node-dns/import-in-the-middle';
import { nodeDns } from './node-dns/originals';
import { isForeign, isReplacement, originalOf } from './node-dns/replacement';
import type { ResolverOptions } from './options/resolver-options';
import { Resolver } from './resolver';
import { onDemand } from './shared/on-demand';

const nodeModule = onDemand(
  (get) => get('node:module'),
  () => require('node:module'),
);

type Callable = (...args: never[]) => unknown;

/** Where a function of Node's is, and what we put there. */
interface Place {
  /** For messages. */
  readonly name: string;
  readonly holder: object;
  readonly key: string;
  readonly ours: Callable;
}

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
 * A wrapper that somebody else put over one of the functions before, a tracer or a guard, stays in place,
 * and a process warning (`ERR_ADDRINFO_WRAPPED`) names it: its lookups do not come here. Install first.
 *
 * @param options - of the resolver to use, or a {@link Resolver}, whose stats you can then read. Default:
 *   the resolver behind `lookup` of this package. Throws a TypeError that names the option that is wrong.
 * @returns the undo, which restores the functions that were there. What somebody else has put over
 *   ours since stays. Once a later call has replaced this one, it does nothing.
 */
export function install(options?: ResolverOptions | Resolver): () => void {
  if (options === undefined) {
    const isNodesOwn = !isReplacement(nodeDns.lookup) && !isForeign(nodeDns.lookup);
    if (installed !== undefined && !isNodesOwn) return installed.undo;
    if (isReplacement(nodeDns.lookup)) return removeReplacements;
  }
  const restore = replace(options instanceof Resolver ? options : resolverFor(options));
  const undo = (): void => {
    if (installed?.undo !== undo) return;
    installed = undefined;
    restore();
  };
  installed = { undo };
  return undo;
}

function resolverFor(options: ResolverOptions | undefined): Resolver {
  return options === undefined ? defaultResolver : new Resolver(options);
}

function places({ lookup, lookupService, promises }: Omit<Resolver, 'stats' | 'clearCache'>): Place[] {
  return [
    { name: 'dns.lookup', holder: nodeDns, key: 'lookup', ours: lookup },
    { name: 'dns.lookupService', holder: nodeDns, key: 'lookupService', ours: lookupService },
    { name: 'dns.promises.lookup', holder: nodeDns.promises, key: 'lookup', ours: promises.lookup },
    {
      name: 'dns.promises.lookupService',
      holder: nodeDns.promises,
      key: 'lookupService',
      ours: promises.lookupService,
    },
  ];
}

function functionAt({ holder, key }: Pick<Place, 'holder' | 'key'>): Callable | undefined {
  const current: unknown = Reflect.get(holder, key);
  return isCallable(current) ? current : undefined;
}

function isCallable(value: unknown): value is Callable {
  return typeof value === 'function';
}

/** Where it is not ours to replace, a warning says so. Returns what restores the functions that were there. */
function replace(resolver: Resolver): () => void {
  const originals = new Map<Callable, Callable>();
  const replacements = new Map<Callable, Callable>();
  const wrapped: Wrapped[] = [];
  for (const place of places(resolver)) {
    const current = functionAt(place);
    if (current === undefined) continue;
    if (isForeign(current)) {
      wrapped.push({ place: place.name, wrapper: current });
      continue;
    }
    const original = originalOf(current);
    originals.set(place.ours, original);
    replacements.set(current, place.ours).set(original, place.ours);
  }
  exchange(replacements);
  warnOfWrappers(wrapped);
  return () => exchange(originals);
}

function removeReplacements(): void {
  const originals = new Map<Callable, Callable>();
  for (const { holder, key } of places(defaultResolver)) {
    const current = functionAt({ holder, key });
    if (current !== undefined && isReplacement(current)) originals.set(current, originalOf(current));
  }
  exchange(originals);
}

/** Puts another function in the place of each that has one, wherever code finds them. */
function exchange(others: ReadonlyMap<Callable, Callable>): void {
  const exchangeIn = (holder: object): void => {
    for (const key of ['lookup', 'lookupService']) {
      const current = functionAt({ holder, key });
      const other = current && others.get(current);
      if (other !== undefined) Reflect.set(holder, key, other);
    }
  };
  exchangeIn(nodeDns);
  exchangeIn(nodeDns.promises);
  nodeModule().syncBuiltinESMExports();
  writeToImportedCopies(exchangeIn);
}
