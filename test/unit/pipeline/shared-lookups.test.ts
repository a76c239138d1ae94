import { expect, test } from 'vitest';
import { found } from '../../../src/native/answer';
import { questionKey, SharedLookups } from '../../../src/pipeline/shared-lookups';
import { A, fakeStage, lookupOf, question, run } from './fakes';

const FOUR = found([1, 2, 3, 4].map((n) => ({ address: `10.0.0.${n}`, family: 4 as const })));

function shared() {
  const { stage, asked } = fakeStage();
  const lookups = new SharedLookups();
  return { resolve: lookups.stage(stage), asked, lookups };
}

test('equal lookups under way are one', () => {
  const { resolve, asked } = shared();
  const all = [lookupOf(), lookupOf(), lookupOf()].map((lookup) => run(resolve, lookup));
  asked[0]?.answer(A);
  expect(asked).toHaveLength(1);
  expect(all.map(({ answers }) => answers)).toEqual([[A], [A], [A]]);
});
test('each subscriber gets the list turned by one more place', () => {
  const { resolve, asked } = shared();
  const all = Array.from({ length: 5 }, () => run(resolve, lookupOf()));
  asked[0]?.answer(FOUR);
  const firsts = all.map(({ answers }) => answers[0]?.addresses[0]?.address);
  expect(firsts).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.1']);
});
test('a lookup that is answered takes no more subscribers', () => {
  const { resolve, asked } = shared();
  run(resolve, lookupOf());
  asked[0]?.answer(A);
  run(resolve, lookupOf());
  expect(asked).toHaveLength(2);
});
test('a lookup that is late takes no more subscribers, and serves those it has', () => {
  const { resolve, asked } = shared();
  const early = run(resolve, lookupOf());
  asked[0]?.lookup.shared?.close();
  const later = run(resolve, lookupOf());
  expect(asked).toHaveLength(2);
  asked[0]?.answer(A);
  expect([early.answers.length, later.answers.length]).toEqual([1, 0]);
});
test('who leaves is not told; the work goes on for the others', () => {
  const { resolve, asked } = shared();
  const [one, two] = [run(resolve, lookupOf()), run(resolve, lookupOf())];
  one.work.cancel();
  expect(asked[0]?.isCanceled).toBe(false);
  asked[0]?.answer(A);
  expect([one.answers.length, two.answers.length]).toEqual([0, 1]);
});
test('when the last one leaves, the work is canceled', () => {
  const { resolve, asked } = shared();
  const all = [run(resolve, lookupOf()), run(resolve, lookupOf())];
  for (const { work } of all) work.cancel();
  expect(asked[0]?.isCanceled).toBe(true);
  run(resolve, lookupOf());
  expect(asked).toHaveLength(2);
});
test('leaving twice leaves once', () => {
  const { resolve, asked } = shared();
  const [one, two] = [run(resolve, lookupOf()), run(resolve, lookupOf())];
  one.work.cancel();
  one.work.cancel();
  asked[0]?.answer(A);
  expect(two.answers).toHaveLength(1);
});
test('a subscriber that cancels another, when told, is obeyed', () => {
  const { resolve, asked } = shared();
  const two = { work: { cancel() {} }, answers: 0 };
  resolve(lookupOf(), () => two.work.cancel());
  two.work = resolve(lookupOf(), () => {
    two.answers += 1;
  });
  asked[0]?.answer(A);
  expect(two.answers).toBe(0);
});
test('close of a name: its lookups take no more subscribers, those of others do', () => {
  const { resolve, asked, lookups } = shared();
  run(resolve, lookupOf({ node: 'a.test' }));
  run(resolve, lookupOf({ node: 'b.test' }));
  lookups.close('a.test');
  run(resolve, lookupOf({ node: 'a.test' }));
  run(resolve, lookupOf({ node: 'b.test' }));
  expect(asked.map(({ lookup }) => lookup.question.node)).toEqual(['a.test', 'b.test', 'a.test']);
});
test('joiners are counted and traced', () => {
  const { resolve } = shared();
  const trace = { hostname: 'www.test', families: 4, attempts: 0 } as const;
  const [first, second] = [lookupOf({}, { trace: { ...trace } }), lookupOf({}, { trace: { ...trace } })];
  run(resolve, first);
  run(resolve, second);
  expect([first.trace?.source, second.trace?.source]).toEqual(['wire', 'shared']);
  expect([first.counters.coalesced, second.counters.coalesced]).toEqual([0, 1]);
});
test.each([
  { node: 'other.test' },
  { node: null },
  { family: 6 },
  { families: 'dual' },
  { service: 'http' },
  { socktype: 2 },
  { protocol: 17 },
  { flags: 32 },
  { full: true },
] as const)('questions that differ in %o are not equal', (change) => {
  expect(questionKey(question(change))).not.toBe(questionKey(question()));
});
test('what a caller wrote does not matter, what is asked does', () => {
  expect(questionKey(question({ hostname: 'WWW.test' }))).toBe(questionKey(question()));
});
