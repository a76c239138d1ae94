import { defineConfig } from 'vitest/config';

/** One lab at a time: two on one machine would disturb each other's races and clocks. */
export default defineConfig({
  test: {
    // Tests measure real time and real packets: on a busy shared machine one may miss its bound. The report
    // shows which were repeated; a test that misses twice fails.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    include: ['test/lab/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    reporters: ['verbose'],
  },
});
