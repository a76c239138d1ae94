import { defineConfig } from 'vitest/config';

/** Emulated platforms start slowly, and share the sandbox. */
export default defineConfig({
  test: {
    include: ['test/platforms/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    reporters: ['verbose', './test/support/skip-reporter.ts'],
  },
});
