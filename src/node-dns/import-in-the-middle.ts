// import-in-the-middle, which tracers load, gives ES modules a copy of `node:dns` that
// syncBuiltinESMExports does not reach. Its own hooks can write to the copy.

import { dirname, join } from 'node:path';

/** What its documentation calls a hook: called with each module of these names, those loaded before included. */
interface ImportInTheMiddle {
  readonly Hook: new (
    modules: readonly string[],
    onModule: (exports: object, name: string) => void,
  ) => { unhook(): void };
}

const REGISTRY = /[\\/]import-in-the-middle[\\/]lib[\\/]register\.js$/;

/** The entry of each copy of the package that has taken part in an import so far. */
function loadedCopies(): string[] {
  return Object.keys(require.cache)
    .filter((file) => REGISTRY.test(file))
    .map((file) => join(dirname(dirname(file)), 'index.js'));
}

/**
 * Hands each copy of `dns` and `dns/promises` that ES modules have imported so far to `write`. A module
 * that is imported later takes what is in place then.
 */
export function writeToImportedCopies(write: (exports: object, name: string) => void): void {
  for (const file of loadedCopies()) {
    const { Hook }: ImportInTheMiddle = require(file);
    new Hook(['dns', 'dns/promises'], write).unhook();
  }
}
