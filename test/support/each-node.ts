import { describe, test } from 'vitest';
import { nodeBinary, versions } from './node-versions.mjs';

/**
 * `describe` once for each Node version that we support, with its binary. One that is not at hand is
 * skipped, and the run says so; where CI=true, one failing test takes its place.
 * `node test/support/node-versions.mjs` gets them all.
 */
export function describeOnEachNode(name: string, tests: (binary: string, major: number) => void): void {
  for (const version of versions) {
    const title = `${name} on Node ${version}`;
    const binary = nodeBinary(version);
    const advice = `no Node ${version}: run test/support/node-versions.mjs`;
    if (binary !== undefined) {
      describe(title, () => tests(binary, Number(version)));
    } else if (process.env['CI'] === 'true') {
      test(title, () => {
        throw new Error(advice);
      });
    } else {
      describe.skip(`${title} (${advice})`, () => tests('', Number(version)));
    }
  }
}
