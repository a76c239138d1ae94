import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // One sandbox serves all files: a file that edits /etc/resolv.conf, or measures time, must have it to itself.
    fileParallelism: false,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    reporters: ['default', './test/support/skip-reporter.ts'],
  },
});
