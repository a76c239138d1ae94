import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { describeInSandbox, uniqueName } from '../../support/sandbox/in-sandbox';
import { addrinfoIn } from './examine';

/** With libc's timeout at one second instead of five, stalls are over sooner. */
const SOON = { RES_OPTIONS: 'timeout:1' };

vi.setConfig({ testTimeout: 90_000 });

interface Line {
  readonly kind?: 'a' | 'aaaa' | 'both';
  readonly ms?: number;
  readonly outcome?: string;
  readonly addresses?: readonly string[];
  readonly verdict?: string;
  readonly summary?: Record<'a' | 'aaaa' | 'both', Record<string, unknown>>;
}

function parsed(stdout: string): Line[] {
  return stdout
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line));
}

async function metricsAt(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  return response.text();
}

/** Each line of the text format that is no comment, as Prometheus reads it; each name has a type before its samples. */
function samplesOf(text: string, lookups: number): Map<string, number> {
  expect(text.endsWith('\n')).toBe(true);
  const types = new Map<string, string>();
  const samples = new Map<string, number>();
  for (const line of text.trimEnd().split('\n')) {
    const [, typed = '', type = ''] = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (typed !== '') types.set(typed, type);
    if (line.startsWith('#')) continue;
    const [, name = '', labels = '', value = ''] =
      /^([a-z_]+)\{((?:[a-z]+="(?:[^"\\]|\\.)*",?)+)\} (\d+(?:\.\d+)?(?:e-\d+)?)$/.exec(line) ?? [];
    expect(name, line).not.toBe('');
    expect(
      types.has(name) || types.get(name.replace(/_(?:bucket|sum|count)$/, '')) === 'histogram',
      line,
    ).toBe(true);
    samples.set(`${name}{${labels}}`, Number(value));
  }
  const counts = [...samples].filter(([name]) => name.startsWith('addrinfo_lookup_duration_seconds_count'));
  expect(counts).toHaveLength(3);
  for (const [, count] of counts) expect(count).toBeGreaterThanOrEqual(lookups);
  return samples;
}

const ANSWERED_A = 'addrinfo_questions_total{server="127.0.0.1",type="a",rcode="NOERROR"}';

describeInSandbox('addrinfo watch', () => {
  test.concurrent('watch --for asks A, AAAA and both once a second, and exits with 0 when none stalls', async () => {
    const host = uniqueName('a-10-1-2-3');
    const { code, stdout, stderr, queries } = await addrinfoIn({}, 'watch', '--for', '4s', host);
    expect([code, stderr]).toEqual([0, '']);
    expect(queries.map(({ type }) => type).sort()).toEqual([...Array(8).fill('A'), ...Array(8).fill('AAAA')]);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^a-10-1-2-3\.u-\S+: 4 lookups of each kind in \d\.\d+ s$/);
    expect(lines[1]).toMatch(/^ {2}A {5}0 stalls; p50 .*, max .* {2}[▁▂▃▄▅▆▇█]{4}$/);
    expect(lines[2]).toMatch(/^ {2}AAAA {2}0 stalls; /);
    expect(lines[3]).toMatch(/^ {2}both {2}0 stalls; /);
    expect(stdout).toContain('▁ below 1 ms');
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      / No stall: 12 lookups of a-10-1-2-3\.\S+, the slowest took \d+(?:\.\d+)? ms\. $/,
    );
  });

  test.concurrent('watch prints a line for a stall, counts it, and exits with 1', async () => {
    // The seventh AAAA packet is lost: three rounds, of two each, go well before it.
    const host = 'a-10-1-2-3.drop-aaaa-after-6.test';
    const { code, stdout } = await addrinfoIn({ env: SOON }, 'watch', '--for', '4s', host);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}both {2}3\.\d+ s {2}10\.1\.2\.3$/m);
    expect(stdout).toMatch(/^ {2}A {5}0 stalls/m);
    expect(stdout).toMatch(/^ {2}both {2}1 stall; /m);
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
    expect(lines.slice(0, -1)).toHaveLength(6);
    for (const line of lines.slice(0, -1)) {
      const found = line.kind === 'aaaa' ? ['nodata', []] : ['answered', ['10.1.2.3']];
      expect([line.outcome, line.addresses]).toEqual(found);
    }
    expect(lines.at(-1)).toMatchObject({
      summary: { a: { count: 2, stalls: 0 }, aaaa: { failures: 0 }, both: { count: 2, failures: 0 } },
      verdict: expect.stringMatching(/^No stall: 6 lookups/),
    });
  });

  test.concurrent('watch ended by Ctrl-C prints its figures, a lookup still out included', async () => {
    const name = uniqueName('a-10-1-2-3.drop-aaaa');
    const { code, stdout } = await addrinfoIn({ interrupt: { queries: 3, ms: 2500 } }, 'watch', name);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\S+Z {2}both {2}\d\.\d+ s {2}unanswered$/m);
    expect(stdout).toMatch(/lookups of each kind in/);
  });

  test.concurrent('watch on a name that does not exist says so once, and exits with 1', async () => {
    const { code, stdout } = await addrinfoIn({}, 'watch', '--for', '3s', 'nxdomain.test');
    expect(code).toBe(1);
    expect(stdout.match(/nxdomain \(ENOTFOUND\)/g)).toHaveLength(2); // A and both
    expect(stdout).toMatch(/3 failed/);
  });

  test.concurrent('watch during an outage counts lookups that are still out as stalls, and warns of nothing else', async () => {
    const name = uniqueName('drop');
    const { stdout, stderr } = await addrinfoIn({}, 'watch', '--for', '9s', '--jsonl', name);
    expect(stderr).toBe('');
    const { summary, verdict } = parsed(stdout).at(-1) ?? {};
    expect(summary?.both).toMatchObject({ count: 9, stalls: 9, failures: 9 });
    expect(verdict).toMatch(
      /did not resolve: 9 lookups of both families, a failure \(EAI_AGAIN\)\. To find out/,
    );
  });

  test.concurrent('watch --metrics serves histograms by type and rcodes by nameserver, until it is ended', async () => {
    const port = 19_153;
    const name = uniqueName('a-10-1-2-3.servfail-aaaa');
    const child = spawn(process.execPath, ['dist/cli/main.js', 'watch', '--metrics', String(port), name], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const samples = await vi.waitFor(async () => {
      const latest = samplesOf(await metricsAt(port), 2);
      // The questions keep a pace of their own.
      expect(latest.get(ANSWERED_A)).toBeGreaterThanOrEqual(2);
      return latest;
    }, 20_000);
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(1); // AAAA fails
    const at = (metric: string): number | undefined => samples.get(metric);
    for (const type of ['a', 'aaaa', 'both']) {
      const labels = `host="${name}",type="${type}"`;
      const count = at(`addrinfo_lookup_duration_seconds_count{${labels}}`);
      expect(count).toBeGreaterThanOrEqual(2);
      expect(at(`addrinfo_lookup_duration_seconds_bucket{${labels},le="+Inf"}`)).toBe(count);
      expect(at(`addrinfo_lookup_stalls_total{${labels}}`)).toBe(0);
    }
    expect(at(`addrinfo_lookups_total{host="${name}",type="aaaa",outcome="failed"}`)).toBeGreaterThanOrEqual(
      2,
    );
    expect(at('addrinfo_questions_total{server="127.0.0.1",type="aaaa",rcode="SERVFAIL"}')).toBeGreaterThan(
      0,
    );
    expect(response.status).toBe(404);
  });

  test.concurrent('watch --metrics on a port that is taken exits with 2 and says so', async () => {
    const taken = createServer().listen(19_154, '127.0.0.1');
    await once(taken, 'listening');
    const { code, stderr } = await addrinfoIn({}, 'watch', '--metrics', '19154', 'a.test');
    taken.close();
    expect(code).toBe(2);
    expect(stderr).toContain('--metrics: cannot listen: listen EADDRINUSE');
  });

  const usage: readonly [string[], string][] = [
    [[], 'watch needs a host'],
    [['a', 'b'], 'watch takes one host, got 2'],
    [['::1'], '::1 is an address'],
    [['a', '--for', '0.5s'], '--for must be a time from 1s'],
    [['a', '--metrics', 'localhost:1'], '--metrics must be PORT'],
  ];
  test.each(usage)('watch %j exits with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await addrinfoIn({}, 'watch', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
