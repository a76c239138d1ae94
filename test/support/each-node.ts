import { describeUnless } from './describe-unless';
import { nodeBinary, versions } from './node-versions.mjs';

/**
 * `describeUnless` it is missing, once for each Node version that we support, with its binary.
 * `node test/support/node-versions.mjs` gets them all.
 */
export function describeOnEachNode(name: string, tests: (binary: string, major: number) => void): void {
  for (const version of versions) {
    const binary = nodeBinary(version);
    const missing =
      binary === undefined ? `no Node ${version}: run test/support/node-versions.mjs` : undefined;
    describeUnless(missing, `${name} on Node ${version}`, () => tests(binary ?? '', Number(version)));
  }
}
