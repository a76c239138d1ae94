import { expect, test } from 'vitest';
import { CallState } from '../../../src/native/calls';
import { hedged } from '../../../src/pipeline/attempt';
import { A, AAAA, at, FakeClock, fakeLibc, lookupOf, NODATA, NXDOMAIN, run, SERVFAIL } from './fakes';

function attempt(options: {
  delay?: number | false;
  lookup?: ReturnType<typeof lookupOf>;
  refuse?: (hedge: number) => number;
}) {
  const clock = new FakeClock();
  const { start, calls } = fakeLibc(options.refuse);
  const lookup = options.lookup ?? lookupOf();
  const { answers, work } = run(hedged(start, options.delay ?? 300, clock) as never, lookup);
  return { clock, calls, answers, work, counters: lookup.counters };
}

test('an answer within the delay needs one call', () => {
  const { clock, calls, answers, counters } = attempt({});
  clock.advance(299);
  calls[0]?.answer(A);
  clock.advance(10_000);
  expect(calls).toHaveLength(1);
  expect(answers).toEqual([A]);
  expect(counters.hedged).toBe(0);
  expect(clock.pending).toBe(0);
});
test.each([
  [4, 5],
  [6, 5],
  [0, 2],
] as const)('family %d without an answer is asked %d times in all', (family, times) => {
  const { clock, calls } = attempt({ lookup: lookupOf({ family }) });
  clock.advance(60_000);
  expect(calls).toHaveLength(times);
});
test('hedge: false asks once, however late', () => {
  const { clock, calls } = attempt({ delay: false });
  clock.advance(60_000);
  expect(calls).toHaveLength(1);
});
test('the second call is made at the delay, the third after the same time', () => {
  const { clock, calls } = attempt({});
  clock.advance(299);
  expect(calls).toHaveLength(1);
  clock.advance(1);
  expect(calls).toHaveLength(2);
  clock.advance(299);
  expect(calls).toHaveLength(2);
  clock.advance(1);
  expect(calls).toHaveLength(3);
  expect(calls.map(({ hedge }) => hedge)).toEqual([0, 1, 2]);
});
test('the first address wins, and the other calls are abandoned', () => {
  const { clock, calls, answers, counters } = attempt({});
  clock.advance(600);
  calls[1]?.answer(A);
  expect(answers).toEqual([A]);
  expect(calls.map((call) => call.isCanceled)).toEqual([true, false, true]);
  expect(counters).toMatchObject({ hedged: 2, hedgeWins: 1, stalled: 1 });
});
test('an address of the first call is no win of a hedge', () => {
  const { clock, calls, counters } = attempt({});
  clock.advance(300);
  calls[0]?.answer(A);
  expect(counters).toMatchObject({ hedged: 1, hedgeWins: 0 });
});
test('the fourth and the fifth call follow after 1.5 s each', () => {
  const { clock, calls } = attempt({});
  clock.advance(600 + 1499);
  expect(calls).toHaveLength(3);
  clock.advance(1);
  expect(calls).toHaveLength(4);
  clock.advance(1500);
  expect(calls).toHaveLength(5);
  clock.advance(60_000);
  expect(calls).toHaveLength(5);
});
test('a late call steps aside', () => {
  const { clock, calls } = attempt({});
  clock.advance(300);
  expect(calls[0]?.hasSteppedAside).toBe(true);
});
test('a call that is still queued gets no rival', () => {
  const { clock, calls } = attempt({});
  if (calls[0]) calls[0].state = CallState.queued;
  clock.advance(900);
  expect(calls).toHaveLength(1);
  expect(calls[0]?.hasSteppedAside).toBe(true);
});
test('a call that waited for its thread is late by the time that libc had, not by the loop', () => {
  const { clock, calls } = attempt({});
  if (calls[0]) calls[0].running = 100;
  clock.advance(300);
  expect(calls).toHaveLength(1);
  if (calls[0]) calls[0].running = 300;
  clock.advance(200);
  expect(calls).toHaveLength(2);
});
test('a hedge for which there is no room is tried again later', () => {
  let isFull = true;
  const { clock, calls, counters } = attempt({ refuse: (hedge) => (hedge > 0 && isFull ? 1 : 0) });
  clock.advance(300);
  expect(counters.hedged).toBe(0);
  isFull = false;
  clock.advance(300);
  expect(counters.hedged).toBe(1);
  expect(calls).toHaveLength(3);
});
test('no thread at all fails with the errno, after the stage has returned', async () => {
  const { answers } = attempt({ refuse: () => -11 });
  expect(answers).toEqual([]);
  await new Promise((resolve) => process.nextTick(resolve));
  expect(answers.map(({ errno }) => errno)).toEqual([-11]);
});
test('a failure of the only call is the answer', () => {
  const { calls, answers } = attempt({});
  calls[0]?.answer(NXDOMAIN);
  expect(answers).toEqual([NXDOMAIN]);
});
test('a hedge that finds nothing waits for the address that the first call brings', () => {
  const { clock, calls, answers } = attempt({});
  clock.advance(302);
  calls[1]?.answer(NXDOMAIN);
  clock.advance(400);
  expect(answers).toEqual([]);
  calls[0]?.answer(A);
  expect(answers).toEqual([A]);
});
test('a definite failure waits no longer than a second for the others', () => {
  const { clock, calls, answers } = attempt({});
  clock.advance(302);
  calls[1]?.answer(NXDOMAIN);
  clock.advance(999);
  expect(answers).toEqual([]);
  clock.advance(1);
  expect(answers).toEqual([NXDOMAIN]);
  expect(calls[0]?.isCanceled).toBe(true);
});
test('a definite failure is taken before the deadline is over', () => {
  const { clock, calls, answers } = attempt({ lookup: lookupOf({}, { deadline: 500 }) });
  clock.advance(302);
  calls[1]?.answer(NXDOMAIN);
  clock.advance(190);
  expect(answers).toEqual([NXDOMAIN]);
});
test('EAI_AGAIN of one call waits for the others', () => {
  const { clock, calls, answers } = attempt({});
  clock.advance(300);
  calls[0]?.answer(SERVFAIL);
  clock.advance(5000);
  expect(answers).toEqual([]);
  calls[1]?.answer(A);
  expect(answers).toEqual([A]);
});
test.each([
  ['EAI_AGAIN, then NXDOMAIN', SERVFAIL, NXDOMAIN, NXDOMAIN],
  ['NXDOMAIN, then EAI_AGAIN', NXDOMAIN, SERVFAIL, NXDOMAIN],
  ['NODATA, then NXDOMAIN', NODATA, NXDOMAIN, NODATA],
  ['EAI_AGAIN twice', SERVFAIL, SERVFAIL, SERVFAIL],
])('%s of all calls: the definite one, the first of its kind', (_case, first, second, expected) => {
  const { clock, calls, answers } = attempt({ lookup: lookupOf({ family: 0 }) });
  clock.advance(300);
  calls[0]?.answer(first);
  calls[1]?.answer(second);
  expect(answers).toEqual([expected]);
});
test('a hedge begins at the candidate that the first call has come to', () => {
  const candidates = ['a.', 'b.', 'c.'];
  const { clock, calls, answers } = attempt({ lookup: lookupOf({ candidates }) });
  if (calls[0]) calls[0].at = 2;
  clock.advance(300);
  expect(calls[1]?.question).toMatchObject({ candidates: ['c.'] });
  calls[1]?.answer(at(0, AAAA));
  expect(answers).toEqual([at(2, AAAA)]);
});
test('cancel abandons every call, and nothing is answered after it', () => {
  const { clock, calls, answers, work } = attempt({});
  clock.advance(300);
  work.cancel();
  expect(calls.every((call) => call.isCanceled)).toBe(true);
  clock.advance(10_000);
  expect(answers).toEqual([]);
  expect(clock.pending).toBe(0);
  expect(calls).toHaveLength(2);
});
test('late is told once, at the first hedge', () => {
  let told = 0;
  const lookup = lookupOf(
    {},
    {
      late: () => {
        told += 1;
      },
    },
  );
  const { clock } = attempt({ lookup });
  clock.advance(299);
  expect(told).toBe(0);
  clock.advance(1000);
  expect(told).toBe(1);
});
test('a trace counts the calls', () => {
  const trace = { hostname: 'www.test', families: 4, attempts: 0 } as const;
  const lookup = lookupOf({}, { trace: { ...trace } });
  const { clock } = attempt({ lookup });
  clock.advance(300);
  expect(lookup.trace?.attempts).toBe(2);
});
