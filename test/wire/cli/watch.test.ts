import { expect, test, vi } from 'vitest';
import { describeInSandbox, uniqueName } from '../../support/sandbox/in-sandbox';
import { addrinfoIn } from './examine';

/** With libc's timeout at one second instead of five, stalls are over sooner. */
const SOON = { RES_OPTIONS: 'timeout:1' };

vi.setConfig({ testTimeout: 90_000 });

interface Line {
  readonly kind?: 'a' | 'both';
  readonly ms?: number;
  readonly outcome?: string;
  readonly addresses?: readonly string[];
  readonly summary?: Record<'a' | 'both', Record<string, number>>;
}

function parsed(stdout: string): Line[] {
  return stdout
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line));
}

describeInSandbox('addrinfo watch', () => {
  test.concurrent('watch --for asks A alone and both once a second, and exits with 0 when none stalls', async () => {
    const host = uniqueName('a-10-1-2-3');
    const { code, stdout, stderr, queries } = await addrinfoIn({}, 'watch', '--for', '4s', host);
    expect([code, stderr]).toEqual([0, '']);
    expect(queries.map(({ type }) => type).sort()).toEqual([...Array(8).fill('A'), ...Array(4).fill('AAAA')]);
    expect(stdout).toMatch(
      /^a-10-1-2-3\.u-\S+: 4 lookups of each kind in \d\.\d+ s\n {2}A alone {2}p50 .* 0 stalls {2}[▁▂▃▄▅▆▇█]{4}\n {2}both .* 0 stalls/,
    );
  });

  test.concurrent('watch prints a line for a stall, counts it, and exits with 1', async () => {
    // The fourth AAAA packet is lost: three lookups of both go well before it.
    const host = 'a-10-1-2-3.drop-aaaa-after-3.test';
    const { code, stdout } = await addrinfoIn({ env: SOON }, 'watch', '--for', '4s', host);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}both {5}3\.\d+ s {2}10\.1\.2\.3$/m);
    expect(stdout).toMatch(/^ {2}A alone .* 0 stalls/m);
    expect(stdout).toMatch(/^ {2}both .* 1 stall /m);
  });

  test.concurrent('watch notices each stall though a thread that stalled once would not', async () => {
    const { stdout } = await addrinfoIn(
      { env: SOON },
      'watch',
      '--for',
      '4s',
      '--jsonl',
      'a-10-1-2-3.drop-aaaa.test',
    );
    const both = parsed(stdout).filter(({ kind }) => kind === 'both');
    // A second apart, or more on a busy machine.
    expect(both.length).toBeGreaterThanOrEqual(2);
    for (const { ms = 0 } of both) expect(ms).toBeGreaterThanOrEqual(2900);
  });

  test.concurrent('watch --jsonl prints a document a lookup and the figures at the end', async () => {
    const { code, stdout } = await addrinfoIn(
      {},
      'watch',
      '--jsonl',
      '--for',
      '2s',
      uniqueName('a-10-1-2-3'),
    );
    const lines = parsed(stdout);
    expect(code).toBe(0);
    expect(lines.slice(0, -1)).toHaveLength(4);
    for (const line of lines.slice(0, -1)) {
      expect(line).toMatchObject({ ms: expect.any(Number), outcome: 'answered', addresses: ['10.1.2.3'] });
    }
    expect(lines.at(-1)).toMatchObject({
      summary: { a: { count: 2, stalls: 0 }, both: { count: 2, failures: 0 } },
    });
  });

  test.concurrent('watch ended by Ctrl-C prints its figures, a lookup still out included', async () => {
    const name = uniqueName('a-10-1-2-3.drop-aaaa');
    const { code, stdout } = await addrinfoIn({ interrupt: { queries: 3, ms: 2500 } }, 'watch', name);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\S+Z {2}both {5}\d\.\d+ s {2}unanswered$/m);
    expect(stdout).toMatch(/lookups of each kind in/);
  });

  test.concurrent('watch on a name that does not exist says so once, and exits with 1', async () => {
    const { code, stdout } = await addrinfoIn({}, 'watch', '--for', '3s', 'nxdomain.test');
    expect(code).toBe(1);
    expect(stdout.match(/nxdomain \(ENOTFOUND\)/g)).toHaveLength(2); // of each kind
    expect(stdout).toMatch(/3 failed/);
  });

  const usage: readonly [string[], string][] = [
    [[], 'watch needs a host'],
    [['a', 'b'], 'watch takes one host, got 2'],
    [['::1'], '::1 is an address'],
    [['a', '--for', '0.5s'], '--for must be a time from 1s'],
  ];
  test.each(usage)('watch %j exits with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await addrinfoIn({}, 'watch', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
