import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Finished, runProgram } from '../support/child';
import { nodeBinary } from '../support/node-versions.mjs';
import { describeInSandbox, uniqueName } from '../support/sandbox/in-sandbox';

// `npm run test:more -- teardown` sets both, for every Node version and in full.
const versions = process.env['ADDRINFO_NODE_VERSIONS']?.split(' ') ?? ['this'];
const workers = process.env['ADDRINFO_TEARDOWN_WORKERS'] ?? '100';

/** ms; a busy machine takes ten times as long as a quiet one. */
const LONGEST = 600_000;

function binaryOf(version: string): string {
  const binary = version === 'this' ? process.execPath : nodeBinary(version);
  if (binary === undefined) throw new Error(`no Node ${version}: run test/support/node-versions.mjs`);
  return binary;
}

function run(version: string, script: string, args: readonly string[]): Promise<Finished> {
  const file = join(__dirname, 'teardown', script);
  return runProgram(binaryOf(version), ['--expose-gc', file, ...args], { timeout: LONGEST - 10_000 });
}

async function report(
  version: string,
  script: string,
  args: readonly string[],
): Promise<Record<string, unknown>> {
  const finished = await run(version, script, args);
  expect(finished).toMatchObject({ code: 0, signal: null, stderr: '' });
  return JSON.parse(finished.stdout);
}

/** ms from the moment the script said it ends to the moment it was gone. */
async function end(version: string, how: string): Promise<Finished & { took: number; inCalls: number }> {
  const finished = await run(version, 'exit.mjs', [how, uniqueName('drop')]);
  const gone = Date.now();
  const [line = '{}'] = finished.stdout.split('\n');
  const { at = 0, inCalls = 0 } = JSON.parse(line);
  return { ...finished, took: gone - at, inCalls };
}

/** Node's own lookup would take as long as libc does: ten seconds. */
const AT_ONCE = 2000;

describeInSandbox('tear-down', () => {
  describe.each(versions)('on Node %s', (version) => {
    const live = () => uniqueName('a-10-1-2-3');
    const slow = () => uniqueName('a-10-1-2-3.delay-700');

    test(
      `${workers} workers terminated with lookups in flight leave the process alive, its memory flat`,
      async () => {
        const { begun, answered, grown } = await report(version, 'workers.mjs', [workers, live(), slow()]);
        expect(answered).toBe(begun);
        expect(grown).toBeLessThan(30);
      },
      LONGEST,
    );

    test('an addon that only ended workers had loaded is still whole for the main thread', async () => {
      const answer = await report(version, 'workers-only.mjs', [live(), slow()]);
      expect(answer).toEqual({ ended: 8, address: '10.1.2.3', abandoned: 0 });
    });

    test('100 instances of the package, each dropped with a lookup in flight, are collected', async () => {
      const { answered, left } = await report(version, 'reload.mjs', ['100', live(), slow()]);
      expect(answered).toBe(100);
      expect(left).toBeLessThan(10);
    });

    test('code in vm contexts gets its answers, and the contexts may go', async () => {
      const answers = await report(version, 'contexts.mjs', ['100', live(), slow()]);
      expect(answers).toEqual({ live: 100, slow: 100, thrown: 100, again: 16 });
    });

    test.each(['exit', 'exit-in-callback', 'submit-while-exiting', 'worker-exit', 'natural'])(
      'with 16 lookups hanging, %s ends the process at once',
      async (how) => {
        const { code, signal, stderr, took, inCalls } = await end(version, how);
        expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
        expect(inCalls).toBeGreaterThanOrEqual(16);
        expect(took).toBeLessThan(AT_ONCE);
      },
    );

    test('an uncaught exception under load ends the process at once, with its message', async () => {
      const { code, stderr, took } = await end(version, 'uncaught');
      expect(code).toBe(1);
      expect(stderr).toContain('Error: thrown in a callback');
      expect(took).toBeLessThan(AT_ONCE);
    });

    test('SIGTERM under load ends the process at once', async () => {
      const { signal, took } = await end(version, 'sigterm');
      expect(signal).toBe('SIGTERM');
      expect(took).toBeLessThan(AT_ONCE);
    });

    test('process.abort under load is an abort, and no other crash', async () => {
      const { signal, took } = await end(version, 'abort');
      expect(signal).toBe('SIGABRT');
      expect(took).toBeLessThan(AT_ONCE);
    });
  });
});
