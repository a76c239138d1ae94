import { createRequire } from 'node:module';
import type * as AddrInfo from '../../src/index';

// Every process of the benchmark has the repository as its working directory.
const ROOT = process.cwd();

export const PACKAGE_SOURCE = `require(${JSON.stringify(ROOT)})`;

/** The package as an application gets it: compiled, by require. */
export function loadPackage(): typeof AddrInfo {
  return createRequire(__filename)(ROOT);
}
