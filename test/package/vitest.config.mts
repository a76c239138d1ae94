import { defineConfig } from 'vitest/config';

/** The packed tarball, installed as a user would. One file at a time: they install, and measure nothing. */
export default defineConfig({
  test: {
    include: ['test/package/**/*.test.ts'],
    globalSetup: ['test/package/support/pack.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ['verbose', './test/support/skip-reporter.ts'],
  },
});
