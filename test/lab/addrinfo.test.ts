import { describe, expect, test } from 'vitest';
import { gaiCommand } from './baseline';
import { type LoadPlan, loadCommand, runLoad } from './pod-load';
import { skipLab } from './requirements';
import { runInLab } from './run-in-lab';

// What this package makes of each mode that baseline.test.ts shows getaddrinfo in. Every lookup has a name
// of its own: none is answered by another's flight.

const MANY: LoadPlan = { call: 'lookup4', lookups: 20_000, concurrency: 50 };

/** So that a source port used before is a new flow again, which may clash. */
const SHORT_MEMORY = { conntrackTimeout: 2 };

/** Far below the 5 s of a stall, far above what a busy machine does to a lookup. */
const NO_STALL = 1500;

const max = (latencies: readonly number[]): number => latencies.reduce((a, b) => Math.max(a, b), 0);
const min = (latencies: readonly number[]): number => latencies.reduce((a, b) => Math.min(a, b), Infinity);
const above = (latencies: readonly number[], ms: number): number => latencies.filter((l) => l > ms).length;

// libc asks twice, the hedges once each: one lookup in 10,000 loses all four.
const A_FEW = 5;

function count(failed: Readonly<Record<string, number>>): number {
  return Object.values(failed).reduce((sum, number) => sum + number, 0);
}

describe.skipIf(skipLab())('addrinfo', () => {
  for (const mode of ['legacy', 'drop'] as const) {
    test(`${mode}: no stall in 20,000 lookup4, without any hedge, and no AAAA sent`, async () => {
      const plan: LoadPlan = { ...MANY, resolver: { hedge: false } };
      const { latencies, failed, addresses, counters } = await runLoad(mode, SHORT_MEMORY, plan);
      expect(failed).toEqual({});
      expect(addresses).toEqual(['10.96.1.3']);
      expect(latencies).toHaveLength(20_000);
      expect(max(latencies)).toBeLessThan(NO_STALL);
      expect(counters).toMatchObject({ queriesA: 20_000, queriesAaaa: 0, dropped: 0, clashResolve: 0 });
    });

    test(`${mode}: no stall in lookup with the default policy, and no AAAA sent`, async () => {
      const plan: LoadPlan = { ...MANY, call: 'lookup', lookups: 2000 };
      const { latencies, failed, counters } = await runLoad(mode, SHORT_MEMORY, plan);
      expect(failed).toEqual({});
      expect(max(latencies)).toBeLessThan(NO_STALL);
      expect(counters).toMatchObject({ queriesAaaa: 0, dropped: 0 });
    });
  }

  test('legacy: getaddrinfo stalls in the very lab where 5,000 lookup4 did not', async () => {
    const load = loadCommand({ ...MANY, lookups: 5000 });
    const gai = await gaiCommand({ family: 'unspec', threads: 20, lookups: 2000, untilStall: true });
    const inShell = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');
    const both = ['sh', '-c', `${inShell(load)} && ${inShell(gai)}`];
    const { stdout, stderr, exitCode } = await runInLab('legacy', SHORT_MEMORY, both);
    expect(exitCode, stderr).toBe(0);
    const [ours, theirs] = stdout
      .trim()
      .split('\n')
      .map((line): { latencies: number[] } => JSON.parse(line));
    expect(max(ours?.latencies ?? [])).toBeLessThan(NO_STALL);
    expect(max(theirs?.latencies ?? [])).toBeGreaterThan(4900);
  });

  test('drop: of 50 lookups at once dns.lookup delays all for 5 s, lookup none', async () => {
    const plan = { lookups: 50, concurrency: 50 };
    const node = await runLoad('drop', {}, { ...plan, call: 'dns.lookup' });
    expect(min(node.latencies)).toBeGreaterThan(4900);
    const ours = await runLoad('drop', {}, { ...plan, call: 'lookup' });
    expect(max(ours.latencies)).toBeLessThan(NO_STALL);
  });

  test('drop of every tenth, families system: the hedge answers where the race was lost', async () => {
    const plan: LoadPlan = { ...MANY, call: 'lookup', lookups: 500, resolver: { families: 'system' } };
    const { latencies, stats, counters } = await runLoad('drop', { rate: 10 }, plan);
    expect(counters.dropped).toBeGreaterThan(0);
    expect(stats.hedgeWins).toBeGreaterThan(0);
    // The hedge asks one after the other, so it has no race to lose; a few for a busy machine.
    expect(above(latencies, NO_STALL)).toBeLessThanOrEqual(5);
  });

  for (const call of ['lookup4', 'lookup'] as const) {
    test(`aaaa: ${call} takes one A query and sends no AAAA`, async () => {
      const { latencies, failed, counters } = await runLoad('aaaa', {}, { ...MANY, call, lookups: 1000 });
      expect(failed).toEqual({});
      expect(max(latencies)).toBeLessThan(NO_STALL);
      expect(counters).toMatchObject({ queriesA: 1000, queriesAaaa: 0 });
    });
  }

  test('aaaa: families dual under load fails no lookup, though each leaves a call in libc behind', async () => {
    const plan: LoadPlan = { call: 'lookup', lookups: 500, concurrency: 10, resolver: { families: 'dual' } };
    const { latencies, failed } = await runLoad('aaaa', {}, plan);
    expect(failed).toEqual({});
    expect(max(latencies)).toBeLessThan(NO_STALL);
  });

  test('aaaa: families dual answers with the A record after resolutionDelay', async () => {
    const resolver = { families: 'dual', resolutionDelay: 50 } as const;
    const plan: LoadPlan = { call: 'lookup', lookups: 20, concurrency: 5, resolver };
    const { latencies, failed, addresses, counters } = await runLoad('aaaa', {}, plan);
    expect(failed).toEqual({});
    expect(addresses).toEqual(['10.96.1.3']);
    expect(counters.dropped).toBeGreaterThan(0);
    expect(min(latencies)).toBeGreaterThan(45);
    expect(max(latencies)).toBeLessThan(NO_STALL);
  });

  test('loss of 5 %, both ways: of 2,000 lookup4 none fails, all but a few take less than twice hedge', async () => {
    const plan: LoadPlan = { call: 'lookup4', lookups: 2000, concurrency: 20 };
    const { latencies, failed, stats, counters } = await runLoad('loss', {}, plan);
    expect(failed).toEqual({});
    expect(counters.dropped).toBeGreaterThan(0);
    expect(stats.hedgeWins).toBeGreaterThan(0);
    // One attempt in ten is lost, one lookup in a thousand loses three: libc's own retries come after 1, 2, 3 s.
    expect(above(latencies, 900)).toBeLessThanOrEqual(20);
    expect(max(latencies)).toBeLessThan(3500);
  });

  test('loss of 5 % with timeout:1 in resolv.conf: hardly any fails, none takes over 2.5 s', async () => {
    const plan: LoadPlan = { call: 'lookup4', lookups: 2000, concurrency: 20 };
    const { latencies, failed, stats } = await runLoad('loss', { resolvOptions: 'timeout:1' }, plan);
    expect(count(failed)).toBeLessThanOrEqual(A_FEW);
    expect(stats.hedgeWins).toBeGreaterThan(0);
    expect(max(latencies)).toBeLessThan(2500);
  });

  test('dead: the hedge begins at the next nameserver: a lookup takes little more than hedge', async () => {
    const plan: LoadPlan = { call: 'lookup4', lookups: 10, concurrency: 10, resolver: { timeout: 0 } };
    const { latencies, failed, stats } = await runLoad('dead', {}, plan);
    expect(failed).toEqual({});
    expect(stats.hedgeWins).toBeGreaterThan(0);
    expect(min(latencies)).toBeGreaterThan(290);
    expect(max(latencies)).toBeLessThan(NO_STALL);
  });

  test('dead: with the default deadline libc gets past the dead nameserver within it', async () => {
    const plan: LoadPlan = { call: 'lookup4', lookups: 20, concurrency: 10 };
    const { latencies, failed } = await runLoad('dead', {}, plan);
    expect(failed).toEqual({});
    expect(max(latencies)).toBeLessThan(4900);
  });

  test('dead: the deadline holds', async () => {
    const plan: LoadPlan = { call: 'lookup4', lookups: 20, concurrency: 10, resolver: { timeout: 200 } };
    const { latencies, failed } = await runLoad('dead', {}, plan);
    expect(failed).toEqual({ ETIMEOUT: 20 });
    expect(min(latencies)).toBeGreaterThan(190);
    expect(max(latencies)).toBeLessThan(NO_STALL);
  });

  test('dead with resolv rotate: most lookups are answered by the first call or by its hedge', async () => {
    const resolver = { resolv: { rotate: true } };
    const plan: LoadPlan = { call: 'lookup4', lookups: 40, concurrency: 10, resolver };
    const { latencies } = await runLoad('dead', {}, plan);
    expect(above(latencies, NO_STALL)).toBeLessThan(20);
    expect(max(latencies)).toBeLessThan(6500);
  });

  test('loss of 5 % with resolv timeout 1: hardly any fails, none takes five seconds', async () => {
    const resolver = { resolv: { timeout: 1 } };
    const plan: LoadPlan = { call: 'lookup4', lookups: 2000, concurrency: 20, resolver };
    const { latencies, failed } = await runLoad('loss', {}, plan);
    expect(count(failed)).toBeLessThanOrEqual(A_FEW);
    expect(max(latencies)).toBeLessThan(4500);
  });

  test('slow: lookup4 waits for the answer, however often it is asked again, and no longer', async () => {
    const plan: LoadPlan = { call: 'lookup4', lookups: 50, concurrency: 10 };
    const { latencies, failed, counters } = await runLoad('slow', {}, plan);
    expect(failed).toEqual({});
    expect(min(latencies)).toBeGreaterThan(1090);
    expect(max(latencies)).toBeLessThan(3000);
    expect(counters).toMatchObject({ queriesAaaa: 0, clashResolve: 0 });
  });
});
