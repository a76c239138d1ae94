import { describe } from 'vitest';
import { Resolver } from '../../src/index';

/**
 * `describe` for what only glibc has. Elsewhere no such test exists, and the run says so: nothing is missing that could
 * be installed, so that it is no failure where CI=true.
 */
export function describeOnGlibc(name: string, tests: () => void): void {
  if (Resolver.supports('timeout')) describe(name, tests);
  else console.warn(`not tested, it needs glibc: ${name}`);
}
