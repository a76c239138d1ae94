import { defineConfig } from 'vitest/config';

/** Other runtimes start slowly, and share the sandbox. */
export default defineConfig({
  test: {
    include: ['test/runtimes/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    reporters: ['default', './test/support/skip-reporter.ts'],
  },
});
