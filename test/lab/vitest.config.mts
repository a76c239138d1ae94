import { defineConfig } from 'vitest/config';

/** One lab at a time: two on one machine would disturb each other's races and clocks. */
export default defineConfig({
  test: {
    include: ['test/lab/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    reporters: ['verbose'],
  },
});
