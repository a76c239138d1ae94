import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';

/** The major versions of Node that we support. */
export const MAJORS: readonly number[] = [20, 22, 24, 26];

const ownMajor = Number.parseInt(process.versions.node, 10);

/** The binary of a major version: this process's own, or the one in node_modules here; undefined where it is not. */
function binaryOf(major: number): string | undefined {
  if (major === ownMajor) return process.execPath;
  const binary = join(__dirname, 'node_modules', `node-${major}`, 'bin', 'node');
  return existsSync(binary) ? binary : undefined;
}

/**
 * `describe` once for each Node version, with its binary. One that is not installed (`npm ci --prefix test/nodes`) is
 * skipped, and the run says so; where CI=true, one failing test takes its place.
 */
export function describeOnEachNode(name: string, tests: (binary: string, major: number) => void): void {
  for (const major of MAJORS) {
    const title = `${name} on Node ${major}`;
    const binary = binaryOf(major);
    if (binary !== undefined) {
      describe(title, () => tests(binary, major));
    } else if (process.env['CI'] === 'true') {
      test(title, () => {
        throw new Error(`needs Node ${major}: npm ci --prefix test/nodes`);
      });
    } else {
      describe(title, () => {
        test.skip(`no Node ${major}: npm ci --prefix test/nodes`, () => {});
      });
    }
  }
}
