import { expect, test } from 'vitest';
import { describeOnGlibc } from '../../support/on-glibc';
import { describeInSandbox } from '../../support/sandbox/in-sandbox';
import { runMachine, table } from './machine';

/** Another one is tried by `node test/parity/machine/main.mjs`. */
const SEED = 16;
const CASES = 300;

describeOnGlibc('generated set-ups', () => {
  describeInSandbox(`${CASES} set-ups of seed ${SEED}`, () => {
    test('every families but ipv4-only answers as getaddrinfo(AF_UNSPEC) does', async () => {
      const report = await runMachine({ seed: SEED, cases: CASES, lanes: 8 });
      console.log(`seed ${SEED}\n${table(report)}`);
      const shown = report.failures.slice(0, 3).map(({ index, text }) => `case ${index}\n${text}`);
      expect(shown.join('\n\n')).toBe('');
      expect(report.scores.get('dns.lookup')).toMatchObject({ cases: CASES, failed: 0 });
    }, 180_000);
  });
});
