import { expect, test } from 'vitest';
import type { CallFacts } from '../../../src/native/calls';
import { NameserverMemory } from '../../../src/pipeline/nameservers';
import { FakeClock, memoryOf } from './fakes';

const THREE = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];

function facts(nameserver: number | undefined, askedFor = 2, sent: boolean | undefined = true): CallFacts {
  return { nameserver, sent, askedFor, ranFor: askedFor, queuedFor: 0 };
}

function memory(addresses: readonly string[] = THREE, rotates = false) {
  const clock = new FakeClock();
  return { clock, memory: memoryOf(clock, { addresses, rotates }) };
}

/** A first call asks in this order, a hedge in that one is answered by its first nameserver. */
function rescue(
  known: NameserverMemory,
  first: readonly number[],
  hedge: readonly number[],
  begun = 0,
): void {
  const answer = facts(hedge[0], 2);
  known.ended({ order: hedge, begun, isHedge: true }, false, answer);
  known.hedgeWon({ order: first, begun, isHedge: false }, { order: hedge, begun, isHedge: true }, answer);
}

test('nothing is known: libc’s own order, and a hedge asks the next one', () => {
  const { memory: known } = memory();
  expect(known.firstOrder()).toEqual([]);
  expect([1, 2, 3, 4].map((nth) => known.hedgeOrder([], nth)[0])).toEqual([1, 2, 0, 1]);
});
test('one nameserver: there is no order', () => {
  const { memory: known } = memory(['10.0.0.1']);
  expect(known.firstOrder()).toEqual([]);
  expect(known.hedgeOrder([], 1)).toEqual([]);
});
test('the silent one of three is asked last, in its place of the list again once it has answered', () => {
  const { memory: known } = memory();
  rescue(known, [], [1, 2, 0]);
  expect(known.firstOrder()).toEqual([1, 2, 0]);
  expect(known.hedgeOrder([1, 2, 0], 1)).toEqual([2, 1, 0]);
  known.ended({ order: [1, 2, 0], begun: 0, isHedge: false }, false, facts(0));
  expect(known.firstOrder()).toEqual([]);
});
test('libc’s own walk tells who was silent: those that it asked before the one that answered', () => {
  const { memory: known } = memory();
  known.ended({ order: [], begun: 0, isHedge: false }, false, facts(2, 2000));
  expect(known.firstOrder()).toEqual([2, 0, 1]);
});
test('a nameserver that refused at once costs no time, and keeps its place', () => {
  const { memory: known } = memory();
  known.ended({ order: [], begun: 0, isHedge: false }, false, facts(1, 3));
  expect(known.firstOrder()).toEqual([]);
});
test('rotate goes round those that answer', () => {
  const { memory: known } = memory(THREE, true);
  rescue(known, [1, 2, 0], [2, 0, 1]);
  const firsts = Array.from({ length: 4 }, () => known.firstOrder());
  expect(new Set(firsts.map(([first]) => first))).toEqual(new Set([0, 2]));
  expect(firsts.every((order) => order.at(-1) === 1 && order.length === 3)).toBe(true);
});
test('a probe is due 5 s after the nameserver fell silent, and every 5 s from then on', () => {
  const { clock, memory: known } = memory();
  rescue(known, [], [1, 2, 0]);
  expect(known.dueProbe()).toBeUndefined();
  clock.advance(4999);
  expect(known.dueProbe()).toBeUndefined();
  clock.advance(1);
  expect(known.dueProbe()).toEqual([0]);
  expect(known.dueProbe()).toBeUndefined();
  known.probed([0], true, facts(undefined, 1000));
  clock.advance(5000);
  expect(known.dueProbe()).toEqual([0]);
});
test('a probe that sent nothing is made again after half a second', () => {
  const { clock, memory: known } = memory();
  rescue(known, [], [1, 2, 0]);
  clock.advance(5000);
  known.dueProbe();
  known.probed([0], false, facts(undefined, 0.02, false));
  clock.advance(499);
  expect(known.dueProbe()).toBeUndefined();
  clock.advance(1);
  expect(known.dueProbe()).toEqual([0]);
});
test.each([
  ['an answer', false, facts(0)],
  ['a failure that comes at once', true, facts(undefined, 1)],
])('%s to a probe gives the nameserver its place back', (_case, isTransient, answer) => {
  const { memory: known } = memory();
  rescue(known, [], [1, 2, 0]);
  known.probed([0], isTransient, answer);
  expect(known.firstOrder()).toEqual([]);
});
test('no answer to a probe leaves it last', () => {
  const { memory: known } = memory();
  rescue(known, [], [1, 2, 0]);
  known.probed([0], true, facts(undefined, 1000));
  expect(known.firstOrder()).toEqual([1, 2, 0]);
});
test('a lost packet of a nameserver that has answered since is no silence', () => {
  const { clock, memory: known } = memory();
  clock.advance(10);
  known.ended({ order: [], begun: 5, isHedge: false }, false, facts(0));
  rescue(known, [], [1, 2, 0], 0);
  expect(known.firstOrder()).toEqual([]);
});
test('an overload is no lost packet: a hedge that is slow pays for none', () => {
  const { memory: known } = memory(['10.0.0.1']);
  for (let count = 0; count < 200; count += 1) {
    known.ended({ order: [], begun: 0, isHedge: false }, false, facts(0, 2));
  }
  const before = known.budget.credit;
  const call = { order: [], begun: 0, isHedge: false };
  known.hedgeWon(call, { ...call, isHedge: true }, facts(0, 100));
  expect(known.budget.credit).toBe(before);
  known.hedgeWon(call, { ...call, isHedge: true }, facts(0, 3));
  expect(known.budget.credit).toBeGreaterThan(before);
});
test('the usual pace rises slowly: an overload of ten seconds does not pass for it', () => {
  const { clock, memory: known } = memory(['10.0.0.1']);
  const call = { order: [], begun: 0, isHedge: false };
  for (let count = 0; count < 100; count += 1) known.ended(call, false, facts(0, 2));
  known.hedgeWon(call, call, facts(0, 2));
  for (let count = 0; count < 1000; count += 1) {
    clock.advance(10);
    known.ended(call, false, facts(0, 100));
  }
  const before = known.budget.credit;
  known.hedgeWon(call, call, facts(0, 100));
  expect(known.budget.credit).toBe(before);
});
test('where libc tells nothing, what takes less than a millisecond may be the hosts file', () => {
  const known = new NameserverMemory(undefined, new FakeClock());
  const call = { order: [], begun: 0, isHedge: false };
  for (let count = 0; count < 50; count += 1) known.ended(call, false, facts(undefined, 0.1, undefined));
  expect(known.presentDelay()).toBe(300);
  for (let count = 0; count < 50; count += 1) known.ended(call, false, facts(undefined, 40, undefined));
  expect(known.presentDelay()).toBe(80);
  expect(known.stats()).toEqual([]);
});
test('stats have each nameserver with its state, its answers and their times', () => {
  const { memory: known } = memory();
  rescue(known, [], [1, 2, 0]);
  for (let count = 0; count < 20; count += 1) {
    known.ended({ order: [1, 2, 0], begun: 0, isHedge: false }, false, facts(1, 4));
  }
  expect(known.stats()).toEqual([
    { address: '10.0.0.1', state: 'silent', answers: 0, silences: 1 },
    { address: '10.0.0.2', state: 'answering', answers: 21, silences: 0, p50: 4, p95: 4 },
    { address: '10.0.0.3', state: 'unknown', answers: 0, silences: 0 },
  ]);
});
