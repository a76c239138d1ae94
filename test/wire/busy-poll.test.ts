import { AsyncResource } from 'node:async_hooks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BusyPoll } from '../../src/native/busy-poll';

const machine = vi.hoisted(() => ({ severalCpus: true }));
vi.mock('../../src/shared/on-demand', () => ({ hasSeveralCpus: () => machine.severalCpus }));

/** By performance.now(). */
let now = 0;
let rounds: (() => void)[] = [];

beforeEach(() => {
  now = 1000;
  rounds = [];
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.stubGlobal('setImmediate', (round: () => void) => rounds.push(round));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  machine.severalCpus = true;
});

/** A loop on which a call, once it has been made, is answered after so many us. */
class Loop {
  collected = 0;
  readonly #poll = new BusyPoll(new AsyncResource('TEST'), () => this.#collect());
  #answeredAt = Number.POSITIVE_INFINITY;

  call(us: number, alone = true): void {
    this.#answeredAt = now + us / 1000;
    this.#poll.started(alone);
  }

  /** The loop was asleep, and is woken by the answer. */
  wake(): void {
    now = Math.max(now, this.#answeredAt);
    this.#answer();
  }

  /** Goes round every 5 us, until nothing is left to do; how often? */
  turn(): number {
    let count = 0;
    for (let round = rounds.shift(); round !== undefined && count < 1000; round = rounds.shift()) {
      now += 0.005;
      count += 1;
      round();
    }
    return count;
  }

  #collect(): void {
    if (now < this.#answeredAt) return;
    this.collected += 1;
    this.#answer();
  }

  #answer(): void {
    this.#answeredAt = Number.POSITIVE_INFINITY;
    this.#poll.answered();
  }
}

/** A loop on which a call has been answered quickly. */
function quickLoop(): Loop {
  const loop = new Loop();
  loop.call(20);
  loop.wake();
  return loop;
}

test('a first call, or one after a slow answer: the loop goes to sleep', () => {
  const loop = new Loop();
  loop.call(20);
  expect(rounds).toHaveLength(0);
  loop.wake();
  loop.call(20);
  loop.turn();
  loop.call(2000);
  loop.turn();
  loop.wake();
  loop.call(20);
  expect(rounds).toHaveLength(0);
});

test('a call after a quick answer: the loop stays awake until this one is answered', () => {
  const loop = quickLoop();
  for (let call = 1; call <= 10; call += 1) {
    loop.call(20);
    expect(loop.turn()).toBe(4);
    expect(loop.collected).toBe(call);
  }
});

test('a call that is not answered as quickly: the loop goes to sleep after 50 us', () => {
  const loop = quickLoop();
  loop.call(5000);
  expect(loop.turn()).toBeLessThanOrEqual(11);
  expect(now).toBeLessThan(1000 + 0.1);
});

test('a call after one that a sleeping loop heard of a little later: the loop stays awake once in 16', () => {
  const loop = new Loop();
  for (let call = 1; call <= 48; call += 1) {
    loop.call(80);
    expect(loop.turn() > 0).toBe(call % 16 === 1 && call > 1);
    loop.wake();
  }
  loop.call(20); // Of this one it finds out that it is quick.
  expect(loop.turn()).toBe(4);
  loop.call(20);
  expect(loop.turn()).toBe(4);
});

test('a call after many that took longer: the loop goes to sleep', () => {
  const loop = new Loop();
  for (let call = 1; call <= 48; call += 1) {
    loop.call(200);
    expect(rounds).toHaveLength(0);
    loop.wake();
  }
});

test('a call beside another, or with one CPU: the loop goes to sleep', () => {
  const loop = quickLoop();
  loop.call(20, false);
  expect(rounds).toHaveLength(0);
  machine.severalCpus = false;
  loop.wake();
  loop.call(20);
  expect(rounds).toHaveLength(0);
});

test('a second call while the loop is awake for the first: it goes to sleep', () => {
  const loop = quickLoop();
  loop.call(5000);
  loop.call(5000, false);
  expect(loop.turn()).toBe(1);
});
