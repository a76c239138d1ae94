import dns from 'node:dns';
import { originalOf } from './shape';

// Captured once, whatever is patched later. All that getaddrinfo need not answer goes there: literals,
// falsy hosts, bad arguments; so messages and warnings are those of the Node version that runs.

/** Node's own `dns.lookup`. */
export const nodeLookup: typeof dns.lookup = originalOf(dns.lookup);

/** Node's own `dns.promises.lookup`. */
export const nodePromisesLookup: typeof dns.promises.lookup = originalOf(dns.promises.lookup);

/** Node's own `dns.lookupService`. */
export const nodeLookupService: typeof dns.lookupService = originalOf(dns.lookupService);

/** Node's own `dns.promises.lookupService`. */
export const nodePromisesLookupService: typeof dns.promises.lookupService = originalOf(
  dns.promises.lookupService,
);
