import { expect, test } from 'vitest';
import { type AddrInfo, found, isFound, isNoData, isTransient, turn } from '../../../src/native/answer';
import { Latency } from '../../../src/pipeline/latency';
import { Lru } from '../../../src/pipeline/lru';
import { A, NODATA, NXDOMAIN, SERVFAIL } from './fakes';

const four = (n: number) => ({ address: `10.0.0.${n}`, family: 4 }) as const;
const six = (n: number) => ({ address: `fd00::${n}`, family: 6 }) as const;

test.each([
  ['an address', A, [true, false, false]],
  ['NODATA', NODATA, [false, true, false]],
  ['NXDOMAIN', NXDOMAIN, [false, false, false]],
  ['EAI_AGAIN', SERVFAIL, [false, false, true]],
] as const)('%s is found, without data, transient: %o', (_case, answer, expected) => {
  expect([isFound(answer), isNoData(answer), isTransient(answer)]).toEqual(expected);
});
test('an error of the system is transient', () => {
  expect(isTransient({ ...NXDOMAIN, errno: -24 })).toBe(true);
});
test('turn keeps the families where they are', () => {
  const { addresses } = turn(found([six(1), six(2), four(1), four(2), four(3)]), 1);
  expect(addresses).toEqual([six(2), six(1), four(2), four(3), four(1)]);
});
test('turn by the length is no turn', () => {
  expect(turn(found([four(1), four(2)]), 2).addresses).toEqual([four(1), four(2)]);
});
test('turn keeps the entries of one address together', () => {
  const entry = (n: number, socktype: number): AddrInfo => ({ ...four(n), socktype, protocol: 0, port: 0 });
  const entries = [entry(1, 1), entry(1, 2), entry(2, 1), entry(2, 2)];
  expect(turn(found(entries, 0, entries), 1).entries).toEqual([
    entries[2],
    entries[3],
    entries[0],
    entries[1],
  ]);
});

test('latency: with nothing recorded all is 0', () => {
  expect(new Latency().snapshot()).toEqual({
    count: 0,
    min: 0,
    mean: 0,
    max: 0,
    p50: 0,
    p95: 0,
    p99: 0,
    p999: 0,
  });
});
test('latency: percentiles are within 2 %', () => {
  const latency = new Latency();
  for (let ms = 1; ms <= 10_000; ms += 1) latency.record(ms);
  const { p50, p95, p99, p999, min, max, mean } = latency.snapshot();
  for (const [got, exact] of [
    [p50, 5000],
    [p95, 9500],
    [p99, 9900],
    [p999, 9990],
  ] as const) {
    expect(Math.abs(got - exact) / exact).toBeLessThan(0.02);
  }
  expect([min, max, mean]).toEqual([1, 10_000, 5000.5]);
});
test.each([0, 0.0001, 0.063, 0.064, 1, 5000, 3_600_000, 10 ** 9])('latency: %d ms is counted', (ms) => {
  const latency = new Latency();
  latency.record(ms);
  expect(latency.snapshot()).toMatchObject({ count: 1, min: ms, max: ms, p50: ms, p999: ms });
});

test('lru: reading makes an entry young', () => {
  const lru = new Lru<string, number>(2);
  lru.set('a', 1);
  lru.set('b', 2);
  lru.get('a');
  lru.set('c', 3);
  expect([...lru.entries()]).toEqual([
    ['a', 1],
    ['c', 3],
  ]);
});
test('lru: setting again makes no second entry', () => {
  const lru = new Lru<string, number>(2);
  lru.set('a', 1);
  lru.set('a', 2);
  expect([lru.size, lru.get('a')]).toEqual([1, 2]);
});
