import { defineConfig } from 'vitest/config';

/** The packed tarball, installed as a user would. One file at a time: they install and compile, and measure nothing. */
export default defineConfig({
  test: {
    include: ['test/package/**/*.test.ts'],
    globalSetup: ['test/package/support/pack.ts'],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    reporters: ['verbose', './test/support/skip-reporter.ts'],
  },
});
