import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { MAX_SANDBOXES, sandboxes } from './test/support/sandbox/pool.mjs';

const PATIENCE = { testTimeout: 20_000, hookTimeout: 20_000 };

/** Files of half a minute: begun last, they would run on alone. */
const LONGEST = [
  'test/wire/cli/doctor.test.ts',
  'test/repo/docs.test.ts',
  'test/parity/differential/lookup.test.ts',
  'test/parity/answers/slow-answers.test.ts',
  'test/wire/teardown.test.ts',
  'test/guest/retry-clients.test.ts',
  'test/wire/attempt.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      LONGEST.includes(relative(import.meta.dirname, moduleId));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    reporters: ['default', './test/support/skip-reporter.ts'],
    sequence: { sequencer: LongestFirst },
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
          exclude: ['unit', 'lab', 'package', 'platforms', 'runtimes'].map((folder) => `test/${folder}/**`),
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
