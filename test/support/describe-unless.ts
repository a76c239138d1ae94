import { describe, test } from 'vitest';

/**
 * `describe` where nothing is missing. What is missing, in words, skips it, and the run says so; where CI=true, one
 * failing test takes its place.
 */
export function describeUnless(missing: string | undefined, name: string, tests: () => void): void {
  if (missing === undefined) {
    describe(name, tests);
  } else if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error(missing);
    });
  } else {
    describe.skip(`${name} (${missing})`, tests);
  }
}
