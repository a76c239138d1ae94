import { expect, test } from 'vitest';
import { Fleet, type Second } from '../../../bench/fleet/fleet';
import { fleetOf, STORIES, type Story } from '../../../bench/fleet/stories';

const SIZE = { processes: 60, rate: 20 };

function storyOf(name: string): Story {
  const story = STORIES.find((one) => one.name === name);
  if (story === undefined) throw new Error(`no story ${name}`);
  return story;
}

function load(seconds: readonly Second[], from: number, to: number): number[] {
  return seconds.slice(from, to).map(({ queries }) => queries.reduce((sum, count) => sum + count, 0));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function p99(seconds: readonly Second[], from: number, to: number): number {
  const times = seconds.slice(from, to).flatMap((second) => second.times);
  return times.sort((one, other) => one - other)[Math.floor(times.length * 0.99)] ?? 0;
}

test('a fleet with hedges does not keep a nameserver down that is overloaded, or gone', () => {
  const story = storyOf('fleet-one-nameserver');
  const hedged = new Fleet(fleetOf(story, SIZE, 'auto')).run();
  const plain = new Fleet(fleetOf(story, SIZE, false)).run();
  // The overload, and the outage: never above 1.1 times the load, but for chance in a single second.
  for (const [from, to] of [
    [30, 40],
    [60, 90],
  ] as const) {
    expect(sum(load(hedged, from, to)) / sum(load(plain, from, to))).toBeLessThan(1.1);
    for (let at = from; at < to; at += 1) {
      expect(sum(load(hedged, at, at + 1)) / sum(load(plain, at, at + 1))).toBeLessThan(1.2);
    }
  }
  // 5 % loss: nearly the same load, and a tail that is a hundredth.
  expect(sum(load(hedged, 10, 20)) / sum(load(plain, 10, 20))).toBeLessThan(1.12);
  expect(p99(hedged, 11, 20)).toBeLessThan(60);
  // After each, as before.
  expect(p99(hedged, 22, 30)).toBeLessThan(60);
  expect(p99(hedged, 58, 60)).toBeLessThan(60);
}, 60_000);
test('a fleet leaves a first nameserver that is silent, and comes back to it', () => {
  const story = storyOf('fleet-two-nameservers');
  const hedged = new Fleet(fleetOf(story, SIZE, 'auto')).run();
  expect(p99(hedged, 12, 40)).toBeLessThan(60);
  const first = (from: number, to: number): number =>
    sum(hedged.slice(from, to).map(({ queries }) => queries[0] ?? 0));
  // A probe of each process in five seconds.
  expect(first(15, 40)).toBeLessThanOrEqual((25 / 5 + 1) * SIZE.processes);
  expect(first(50, 60) / (10 * SIZE.processes * SIZE.rate)).toBeGreaterThan(0.9);
}, 60_000);
