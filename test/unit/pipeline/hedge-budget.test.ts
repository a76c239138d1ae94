import { expect, test } from 'vitest';
import { HedgeBudget } from '../../../src/pipeline/hedge-budget';
import { FakeClock } from './fakes';

/** Takes hedges until it has to wait. */
function drain(budget: HedgeBudget): number {
  for (let taken = 0; ; taken += 1) {
    const wait = budget.take(() => {});
    if (wait === undefined) continue;
    wait.cancel();
    return taken;
  }
}

test('two hedges may be made where nothing is known', () => {
  expect(drain(new HedgeBudget(new FakeClock()))).toBe(2);
});
test('ten answers to first calls pay for one hedge, however many for no more than two', () => {
  const budget = new HedgeBudget(new FakeClock());
  drain(budget);
  for (let count = 0; count < 10; count += 1) budget.answered();
  expect(drain(budget)).toBeLessThanOrEqual(1);
  for (let count = 0; count < 1000; count += 1) budget.answered();
  expect(drain(budget)).toBe(2);
});
test('a hedge that wins pays for itself and another one, up to 16', () => {
  const budget = new HedgeBudget(new FakeClock());
  drain(budget);
  budget.won();
  expect(drain(budget)).toBe(2);
  for (let count = 0; count < 100; count += 1) budget.won();
  expect(drain(budget)).toBe(16);
});
test('hedges that nobody answers drain it', () => {
  const budget = new HedgeBudget(new FakeClock());
  for (let count = 0; count < 100; count += 1) budget.won();
  for (let count = 0; count < 5; count += 1) budget.failed();
  expect(drain(budget)).toBe(0);
});
test('those who wait are granted in the order in which they came, and not once they have canceled', () => {
  const budget = new HedgeBudget(new FakeClock());
  drain(budget);
  const granted: number[] = [];
  const waits = [1, 2, 3, 4].map((number) => budget.take(() => granted.push(number)));
  waits[1]?.cancel();
  budget.won();
  expect(granted).toEqual([1, 3]);
  budget.won();
  expect(granted).toEqual([1, 3, 4]);
});
test('a hedge for which there was no room costs nothing', () => {
  const budget = new HedgeBudget(new FakeClock());
  budget.take(() => {});
  budget.giveBack();
  expect(budget.credit).toBe(2);
});
test('what hedges have won lapses within seconds, down to what there is without', () => {
  const clock = new FakeClock();
  const budget = new HedgeBudget(clock);
  for (let count = 0; count < 100; count += 1) budget.won();
  clock.advance(1000);
  expect(budget.credit).toBe(9);
  clock.advance(60_000);
  expect(Math.round(budget.credit)).toBe(2);
});
