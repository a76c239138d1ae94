import { expect, test } from 'vitest';
import { Histogram } from '../../../src/cli/watch/histogram';
import { parseAddress } from '../../../src/cli/watch/metrics';

test('a histogram counts each value in its bucket and in all that are wider', () => {
  const histogram = new Histogram();
  for (const seconds of [0.0005, 0.3, 5.01, 15.02, 99]) histogram.record(seconds);
  const at = (bound: number): number | undefined =>
    histogram.buckets.find((bucket) => bucket.bound === bound)?.count;
  expect([0.001, 0.25, 0.5, 4, 6, 11, 16].map(at)).toEqual([1, 1, 2, 2, 3, 3, 4]);
  expect(histogram.count).toBe(5);
  expect(histogram.sum).toBeCloseTo(119.3305);
});

test.each([
  ['9153', '127.0.0.1', 9153],
  ['0.0.0.0:9153', '0.0.0.0', 9153],
  ['[::]:80', '::', 80],
])('--metrics %s listens on %s', (text, host, port) => {
  expect(parseAddress(text)).toEqual({ host, port });
});

test.each(['', 'soon', '70000', 'localhost:9153', '10.1:80', '[10.1.2.3]:80', '::1:80', '1.2.3.4'])(
  '--metrics %j is refused: no name is looked up for it',
  (text) => {
    expect(() => parseAddress(text)).toThrow('--metrics must be PORT, IPv4:PORT or [IPv6]:PORT');
  },
);
