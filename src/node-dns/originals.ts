import { originalOf } from './replacement';

/**
 * Node's `dns`, in which functions can be replaced. It is loaded past `require`: a tracer that watches it
 * wraps dns.lookup when dns is required first, and would do so before we can stand below its wrapper.
 */
export const nodeDns: typeof import('node:dns') = load();

function isDns(loaded: unknown): loaded is typeof import('node:dns') {
  return typeof loaded === 'object' && loaded !== null && 'lookup' in loaded;
}

function load(): typeof import('node:dns') {
  try {
    // In a bundle, or an ES module, `module` is something else.
    const isNodes = typeof module === 'object' && '_load' in module.constructor;
    const Module: object = isNodes ? module.constructor : require('node:module');
    const loader: unknown = Reflect.get(Module, '_load');
    const loaded =
      typeof loader === 'function' && Reflect.apply(loader, Module, ['node:dns', undefined, false]);
    if (isDns(loaded)) return loaded;
  } catch {
    // Not Node's own loader: Bun's, or a test runner's in a vm context.
  }
  return require('node:dns');
}

// Captured once, whatever is patched later. All that getaddrinfo need not answer goes there: literals,
// falsy hosts, bad arguments; so messages and warnings are those of the Node version that runs.

/** Node's own `dns.lookup`. */
export const nodeLookup: typeof import('node:dns').lookup = originalOf(nodeDns.lookup);

/** Node's own `dns.promises.lookup`. */
export const nodePromisesLookup: typeof import('node:dns').promises.lookup = originalOf(
  nodeDns.promises.lookup,
);

/** Node's own `dns.lookupService`. */
export const nodeLookupService: typeof import('node:dns').lookupService = originalOf(nodeDns.lookupService);

/** Node's own `dns.promises.lookupService`. */
export const nodePromisesLookupService: typeof import('node:dns').promises.lookupService = originalOf(
  nodeDns.promises.lookupService,
);
