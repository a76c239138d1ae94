import { lookup, lookupService, promises } from 'node:dns';
import { originalOf } from './replacement';

// Captured once, whatever is patched later. All that getaddrinfo need not answer goes there: literals,
// falsy hosts, bad arguments; so messages and warnings are those of the Node version that runs.

/** Node's own `dns.lookup`. */
export const nodeLookup: typeof lookup = originalOf(lookup);

/** Node's own `dns.promises.lookup`. */
export const nodePromisesLookup: typeof promises.lookup = originalOf(promises.lookup);

/** Node's own `dns.lookupService`. */
export const nodeLookupService: typeof lookupService = originalOf(lookupService);

/** Node's own `dns.promises.lookupService`. */
export const nodePromisesLookupService: typeof promises.lookupService = originalOf(promises.lookupService);
