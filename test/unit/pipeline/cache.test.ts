import { expect, test } from 'vitest';
import type { Answer } from '../../../src/native/answer';
import { Cache } from '../../../src/pipeline/cache';
import type { AddressQuestion } from '../../../src/pipeline/stage';
import {
  A,
  AAAA,
  FakeClock,
  fakeStage,
  lookupOf,
  NODATA,
  NXDOMAIN,
  REFUSED_BY_ADDRCONFIG,
  run,
  SERVFAIL,
} from './fakes';

const tick = () => new Promise((resolve) => process.nextTick(resolve));

function cached(
  options: { ttl?: number; staleTtl?: number; negativeTtl?: number; maxEntries?: number } = {},
) {
  const clock = new FakeClock();
  const { stage, asked } = fakeStage();
  const cache = new Cache({ ttl: 1000, staleTtl: 0, negativeTtl: 0, maxEntries: 10, ...options }, clock);
  const refreshes: { question: AddressQuestion; finished: () => void }[] = [];
  const resolve = cache.stage(stage, (question, finished) => refreshes.push({ question, finished }));
  const counters = lookupOf().counters;
  const ask = (node = 'www.test', background = false) =>
    run(resolve, lookupOf({ node }, { counters, background }));
  const fill = (answer: Answer, node?: string) => {
    ask(node);
    asked.at(-1)?.answer(answer);
  };
  return { clock, asked, cache, refreshes, ask, fill, counters };
}

test('an answer is served for its ttl without asking again, at the next tick', async () => {
  const { clock, asked, ask, fill, counters } = cached();
  fill(A);
  clock.advance(999);
  const { answers } = ask();
  expect(answers).toEqual([]);
  await tick();
  expect(answers).toEqual([A]);
  expect(asked).toHaveLength(1);
  expect(counters).toMatchObject({ cacheHits: 1, cacheMisses: 1 });
});
test('an answer past its ttl is asked for again', () => {
  const { clock, asked, ask, fill } = cached();
  fill(A);
  clock.advance(1000);
  ask();
  expect(asked).toHaveLength(2);
});
test('a served answer that is canceled before the tick is not told', async () => {
  const { ask, fill } = cached();
  fill(A);
  const { answers, work } = ask();
  work.cancel();
  await tick();
  expect(answers).toEqual([]);
});
test.each([
  ['NXDOMAIN', NXDOMAIN, 1],
  ['NODATA', NODATA, 1],
  ['EAI_AGAIN', SERVFAIL, 2],
  ['a refusal by AI_ADDRCONFIG', REFUSED_BY_ADDRCONFIG, 2],
])('negativeTtl and %s: %d', (_case, answer, times) => {
  const { asked, ask, fill } = cached({ negativeTtl: 500 });
  fill(answer);
  ask();
  expect(asked).toHaveLength(times);
});
test('without negativeTtl no failure is kept', () => {
  const { asked, ask, fill } = cached();
  fill(NXDOMAIN);
  ask();
  expect(asked).toHaveLength(2);
});
test('a failure that may pass leaves what was there', async () => {
  const { clock, ask, asked, fill } = cached({ staleTtl: 5000 });
  fill(A);
  clock.advance(1500);
  ask('www.test', true);
  asked.at(-1)?.answer(SERVFAIL);
  const { answers } = ask();
  await tick();
  expect(answers).toEqual([A]);
});
test('a stale answer is served while one refresh runs', async () => {
  const { clock, ask, refreshes, fill, counters } = cached({ staleTtl: 5000 });
  fill(A);
  clock.advance(1001);
  const [one, two] = [ask(), ask()];
  await tick();
  expect([one.answers, two.answers]).toEqual([[A], [A]]);
  expect(refreshes).toHaveLength(1);
  refreshes[0]?.finished();
  ask();
  expect(refreshes).toHaveLength(2);
  expect(counters.cacheStale).toBe(3);
});
test('a refresh goes past the cache and puts its answer there', async () => {
  const { clock, ask, asked, fill } = cached({ staleTtl: 5000 });
  fill(A);
  clock.advance(1001);
  ask('www.test', true);
  asked.at(-1)?.answer(AAAA);
  const { answers } = ask();
  await tick();
  expect(answers).toEqual([AAAA]);
});
test('a name that is gone is no longer served', () => {
  const { clock, cache, ask, asked, fill } = cached({ staleTtl: 5000 });
  fill(A);
  clock.advance(1500);
  ask('www.test', true);
  asked.at(-1)?.answer(NXDOMAIN);
  expect(cache.size).toBe(0);
  ask();
  expect(asked).toHaveLength(3);
});
test('past staleTtl nothing is served', () => {
  const { clock, ask, asked, fill } = cached({ staleTtl: 500 });
  fill(A);
  clock.advance(1500);
  ask();
  expect(asked).toHaveLength(2);
});
test('beyond maxEntries the least recently used name goes', () => {
  const { ask, asked, cache, fill } = cached({ maxEntries: 2 });
  fill(A, 'a');
  fill(A, 'b');
  ask('a');
  fill(A, 'c');
  expect(cache.size).toBe(2);
  ask('a');
  expect(asked).toHaveLength(3);
  ask('b');
  expect(asked).toHaveLength(4);
});
test('clear of a name forgets it, and no other', () => {
  const { ask, asked, cache, fill } = cached();
  fill(A, 'a');
  fill(A, 'b');
  cache.clear('a');
  ask('b');
  expect(asked).toHaveLength(2);
  ask('a');
  expect(asked).toHaveLength(3);
});
test('clear of a name drops its answer that is on its way, and no other’s', () => {
  const { ask, asked, cache } = cached();
  ask('a');
  ask('b');
  cache.clear('a');
  asked[0]?.answer(A);
  asked[1]?.answer(A);
  expect(cache.size).toBe(1);
  ask('b');
  expect(asked).toHaveLength(2);
});
test('clear forgets everything', () => {
  const { cache, fill } = cached();
  fill(A, 'a');
  fill(A, 'b');
  cache.clear();
  expect(cache.size).toBe(0);
});
test('a lookup that is canceled keeps nothing', () => {
  const { ask, asked, cache } = cached();
  ask().work.cancel();
  asked[0]?.answer(A);
  expect(cache.size).toBe(0);
});
test.each(['constructor', '__proto__', 'hasOwnProperty'])('%s is a name like any other', (name) => {
  const { ask, asked, fill } = cached();
  ask(name);
  asked[0]?.answer(A);
  fill(A, 'other');
  ask(name);
  expect(asked).toHaveLength(2);
});
