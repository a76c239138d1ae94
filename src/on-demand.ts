import { createRequire } from 'node:module';

// What takes longer to load than all of this package, and is not needed before a first lookup or cache.
const load = createRequire(__filename);

let net: typeof import('node:net') | undefined;

/** `net.isIP`: 4, 6, or 0 for what is no address. */
export function isIP(text: string): number {
  net ??= loadNet();
  return net.isIP(text);
}

function loadNet(): typeof import('node:net') {
  return load('node:net');
}

/** The module `lru-cache`. */
export function loadLruCache(): typeof import('lru-cache') {
  return load('lru-cache');
}

/** A histogram of Node's own; `node:perf_hooks` takes as long to load as eight files of ours. */
export function newHistogram(): import('node:perf_hooks').RecordableHistogram {
  const { createHistogram }: typeof import('node:perf_hooks') = load('node:perf_hooks');
  return createHistogram();
}
