import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Tests measure real time and real packets: on a busy shared machine one may miss its bound. The report
    // shows which were repeated; a test that misses twice fails.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // One sandbox serves all files: a file that edits /etc/resolv.conf, or measures time, must have it to itself.
    fileParallelism: false,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    reporters: ['default', './test/support/skip-reporter.ts'],
  },
});
