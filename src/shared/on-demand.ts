// What takes long to load, beside this package, and is not needed before a first lookup, cache or install.

let net: typeof import('node:net') | undefined;

/** `net.isIP`: 4, 6, or 0 for what is no address. */
export function isIP(text: string): number {
  net ??= loadNet();
  if (net.isIPv4(text)) return 4;
  // What tells IPv6 addresses takes longest over what is none.
  return text.includes(':') && net.isIPv6(text) ? 6 : 0;
}

function loadNet(): typeof import('node:net') {
  return require('node:net');
}

let cpus: number | undefined;

/** Whether another thread can run while this one does. */
export function hasSeveralCpus(): boolean {
  cpus ??= availableCpus();
  return cpus > 1;
}

function availableCpus(): number {
  const { availableParallelism }: typeof import('node:os') = require('node:os');
  return availableParallelism();
}

/** A histogram of Node's own; `node:perf_hooks` takes as long to load as eight files of ours. */
export function newHistogram(): import('node:perf_hooks').RecordableHistogram {
  const { createHistogram }: typeof import('node:perf_hooks') = require('node:perf_hooks');
  return createHistogram();
}

/** `diagnostics_channel.tracingChannel`. Who listens finds the channel by its name, before or after. */
export function newTracingChannel<T extends object>(
  name: string,
): import('node:diagnostics_channel').TracingChannel<T> {
  const { tracingChannel }: typeof import('node:diagnostics_channel') = require('node:diagnostics_channel');
  return tracingChannel<T>(name);
}

/** Node's own `dns`, in which functions can be replaced, and what makes ES modules see it. */
export function loadDns(): { dns: typeof import('node:dns'); syncBuiltinESMExports: () => void } {
  const dns: typeof import('node:dns') = require('node:dns');
  const { syncBuiltinESMExports }: typeof import('node:module') = require('node:module');
  return { dns, syncBuiltinESMExports };
}
