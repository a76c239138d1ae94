import { expect, test } from 'vitest';
import { RestQueue } from '../../../src/pipeline/rest-queue';
import { FakeClock } from './fakes';

test('those who wait are called one at a time, 600 ms apart, the first at once', () => {
  const clock = new FakeClock();
  const queue = new RestQueue(clock);
  const called: [number, number][] = [];
  for (const number of [1, 2, 3]) queue.wait(() => called.push([number, clock.now()]));
  clock.advance(5000);
  expect(called).toEqual([
    [1, 0],
    [2, 600],
    [3, 1200],
  ]);
});
test('one that comes later waits for its turn too', () => {
  const clock = new FakeClock();
  const queue = new RestQueue(clock);
  const called: number[] = [];
  queue.wait(() => called.push(clock.now()));
  clock.advance(100);
  queue.wait(() => called.push(clock.now()));
  clock.advance(5000);
  expect(called).toEqual([0, 600]);
});
test('all are called at once when the nameservers turn out to be slow', () => {
  const clock = new FakeClock();
  const queue = new RestQueue(clock);
  const called: number[] = [];
  for (const number of [1, 2, 3]) queue.wait(() => called.push(number));
  queue.release();
  expect(called).toEqual([1, 2, 3]);
  clock.advance(5000);
  expect(called).toHaveLength(3);
});
test('one that has canceled takes nobody’s turn, and no timer is left', () => {
  const clock = new FakeClock();
  const queue = new RestQueue(clock);
  const called: number[] = [];
  const first = queue.wait(() => called.push(1));
  queue.wait(() => called.push(2));
  first.cancel();
  clock.advance(0);
  expect(called).toEqual([2]);
  clock.advance(5000);
  expect(clock.pending).toBe(0);
});
