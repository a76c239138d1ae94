import { describe, expect, test } from 'vitest';
import { type BaselineLoad, runBaseline } from './baseline';
import { skipLab } from './requirements';

// What getaddrinfo does in each mode, a fresh thread for each call. How often it stalls depends on the
// machine and its CPUs: no test here asserts on a rate, only that the problem is there and what it costs.

const UNSPEC: BaselineLoad = { family: 'unspec', threads: 100, lookups: 300 };
const INET: BaselineLoad = { ...UNSPEC, family: 'inet' };
/** For what happens to some lookups only: as many as it takes to see it. */
const UNTIL_STALL: BaselineLoad = { family: 'unspec', threads: 20, lookups: 4000, untilStall: true };
const A_FEW: BaselineLoad = { family: 'unspec', threads: 10, lookups: 10 };

/** Milliseconds of the lookups that took a second or more. */
const stalls = (latencies: readonly number[]): number[] => latencies.filter((latency) => latency >= 1000);

/** A stall of one resolv.conf timeout; the bound above is for a busy machine. */
function expectNear5s(latencies: readonly number[]): void {
  expect(Math.min(...latencies)).toBeGreaterThan(4900);
  expect(Math.max(...latencies)).toBeLessThan(6500);
}

describe.skipIf(skipLab())('getaddrinfo in a fresh thread for each lookup', () => {
  test('ok: no stall', async () => {
    const { latencies, failed, counters } = await runBaseline('ok', {}, UNSPEC);
    expect(failed).toBe(0);
    expect(stalls(latencies)).toEqual([]);
    expect(counters).toMatchObject({ queriesA: 300, queriesAaaa: 300 });
  });

  test('clash: an unmodified kernel rescues what clashed, and nothing stalls', async () => {
    const { latencies, failed, counters } = await runBaseline('clash', {}, UNSPEC);
    expect(failed).toBe(0);
    expect(counters.clashResolve).toBeGreaterThan(0);
    expect(stalls(latencies)).toEqual([]);
  });

  test('legacy: real clashes stall lookups for 5 s', async () => {
    const { latencies, counters } = await runBaseline('legacy', {}, UNTIL_STALL);
    const stalled = stalls(latencies);
    expect(stalled.length).toBeGreaterThan(0);
    expectNear5s(stalled);
    expect(counters.clashResolve).toBeGreaterThanOrEqual(counters.dropped);
    expect(stalled.length).toBeLessThanOrEqual(counters.dropped);
  });

  test('legacy: AF_INET alone has nothing to clash with', async () => {
    const { latencies, failed, counters } = await runBaseline('legacy', {}, INET);
    expect(failed).toBe(0);
    expect(stalls(latencies)).toEqual([]);
    expect(counters).toMatchObject({ dropped: 0, queriesAaaa: 0 });
  });

  test('drop: every lookup stalls for 5 s', async () => {
    const { latencies, counters } = await runBaseline('drop', {}, { ...UNSPEC, lookups: 50 });
    expect(counters.dropped).toBe(50);
    expectNear5s(latencies);
  });

  test('drop: AF_INET alone does not stall', async () => {
    const { latencies, failed, counters } = await runBaseline('drop', {}, INET);
    expect(failed).toBe(0);
    expect(stalls(latencies)).toEqual([]);
    expect(counters.dropped).toBe(0);
  });

  test('drop at a rate of 10 %: some lookups stall for 5 s, others not at all', async () => {
    const { latencies } = await runBaseline('drop', { rate: 10 }, UNTIL_STALL);
    const stalled = stalls(latencies);
    expect(stalled.length).toBeGreaterThan(0);
    expect(stalled.length).toBeLessThan(latencies.length / 2);
    expectNear5s(stalled);
  });

  test('flow: a second query from one port is lost, also when asked again: 10 s', async () => {
    const { latencies } = await runBaseline('flow', {}, A_FEW);
    expect(Math.min(...latencies)).toBeGreaterThan(9800);
    expect(Math.max(...latencies)).toBeLessThan(12_000);
  });

  test('aaaa: every lookup waits out every attempt, then answers with the A record', async () => {
    const { latencies, failed } = await runBaseline('aaaa', {}, A_FEW);
    expect(failed).toBe(0);
    expect(Math.min(...latencies)).toBeGreaterThan(9800);
  });

  test('loss of 5 %: AF_INET stalls too, in steps of 5 s', async () => {
    const { latencies } = await runBaseline('loss', {}, { ...UNTIL_STALL, family: 'inet' });
    const stalled = stalls(latencies);
    expect(stalled.length).toBeGreaterThan(0);
    expect(Math.min(...stalled)).toBeGreaterThan(4900);
  });

  test('dead: a silent first nameserver costs 5 s a lookup, AF_INET alike', async () => {
    for (const family of ['unspec', 'inet'] as const) {
      const { latencies, failed } = await runBaseline('dead', {}, { ...A_FEW, family });
      expect(failed).toBe(0);
      expectNear5s(latencies);
    }
  });

  test('dead with timeout:1 in resolv.conf: 1 s a lookup', async () => {
    const { latencies, failed } = await runBaseline('dead', { resolvOptions: 'timeout:1' }, A_FEW);
    expect(failed).toBe(0);
    expect(Math.min(...latencies)).toBeGreaterThan(950);
    expect(Math.max(...latencies)).toBeLessThan(2500);
  });

  test('slow: on an unmodified kernel a clash and an answer after 1.1 s cost 5 s more', async () => {
    const { latencies, counters } = await runBaseline('slow', {}, { ...UNSPEC, lookups: 50 });
    const stalled = latencies.filter((latency) => latency >= 4000);
    expect(counters.clashResolve).toBeGreaterThan(0);
    expect(stalled.length).toBeGreaterThan(0);
    expect(Math.min(...stalled)).toBeGreaterThan(6000);
    expect(counters.dropped).toBe(0);
  });

  test('slow: AF_INET waits for the answer and no longer', async () => {
    const { latencies, failed } = await runBaseline('slow', {}, { ...INET, lookups: 50 });
    expect(failed).toBe(0);
    expect(Math.max(...latencies)).toBeLessThan(3000);
  });
});
