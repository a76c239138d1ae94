import { defineConfig } from 'vitest/config';
import { MAX_SANDBOXES, sandboxes } from './test/support/sandbox/pool.mjs';

const PATIENCE = { testTimeout: 20_000, hookTimeout: 20_000 };

export default defineConfig({
  test: {
    reporters: ['default', './test/support/skip-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          pool: 'forks',
          sequence: { groupOrder: 0 },
          ...PATIENCE,
        },
      },
      {
        test: {
          name: 'sandbox',
          include: ['test/**/*.test.ts'],
          // Those with a command of their own: they need more than the sandbox, or take longer.
          exclude: ['unit', 'lab', 'package', 'runtimes'].map((folder) => `test/${folder}/**`),
          // A file may edit /etc/resolv.conf, and count packets: it has its sandbox to itself.
          pool: sandboxes,
          maxWorkers: MAX_SANDBOXES,
          sequence: { groupOrder: 1 },
          // Tests measure real time and real packets: on a busy shared machine one may miss its bound. The
          // report shows which were repeated; a test that misses twice fails.
          retry: process.env['CI'] === 'true' ? 1 : 0,
          ...PATIENCE,
        },
      },
    ],
  },
});
