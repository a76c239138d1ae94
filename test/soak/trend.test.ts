import { expect, test } from 'vitest';
import { type Sample, trend } from './trend';

const samples = (count: number, at: (index: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: count }, (_, index) => ({ rss: 80, threads: 11, fds: 20, pending: 0, ...at(index) }));

// A sawtooth of 6 MiB, as a heap breathes.
const breath = (index: number): number => (index % 4) * 2;

test('trend of a process that breathes is none', () => {
  const { grown, faults } = trend(
    samples(30, (index) => ({ rss: 80 + breath(index) })),
    2,
  );
  expect(faults).toEqual([]);
  expect(Math.abs(grown)).toBeLessThan(1);
});

test('trend of a leak under that breath is found', () => {
  const leaking = samples(30, (index) => ({ rss: 80 + breath(index) + index * 0.2 }));
  expect(trend(leaking, 2).faults).toEqual([
    expect.stringMatching(/^RSS grew by [34]\.\d+ MiB, more than 2$/),
  ]);
});

test('trend of one high sample at the end is none', () => {
  expect(
    trend(
      samples(9, (index) => (index === 8 ? { rss: 120, fds: 30, threads: 12 } : {})),
      2,
    ).faults,
  ).toEqual([]);
});

test('trend finds a file descriptor and a thread that stay', () => {
  const leaking = samples(9, (index) => ({ fds: 20 + Math.floor(index / 3), threads: index < 6 ? 11 : 12 }));
  expect(trend(leaking, 2).faults).toEqual(['threads grew from 11 to 12', 'fds grew from 20 to 22']);
});

test('trend finds lookups that are pending at rest', () => {
  const stuck = samples(9, (index) => ({ pending: index === 4 ? 1 : 0 }));
  expect(trend(stuck, 2).faults).toEqual(['lookups were pending at rest, in 1 of 9 samples']);
});
