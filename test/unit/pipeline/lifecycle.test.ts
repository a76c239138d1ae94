import { expect, test } from 'vitest';
import type { Answer } from '../../../src/native/answer';
import { resolverPolicy } from '../../../src/options/resolver-options';
import { Counters } from '../../../src/pipeline/counters';
import { Lifecycle } from '../../../src/pipeline/lifecycle';
import { A, FakeClock, fakeStage, memoryOf, NXDOMAIN, question, SERVFAIL } from './fakes';

const tick = () => new Promise((resolve) => process.nextTick(resolve));
const turn = () => new Promise((resolve) => setImmediate(resolve));

interface Outcome {
  error: unknown;
  answer: Answer;
}

function lifecycle(options: { timeout?: number; maxPending?: number } = {}) {
  const clock = new FakeClock();
  const counters = new Counters();
  const { stage, asked } = fakeStage();
  const cycle = new Lifecycle(resolverPolicy(options), counters, clock);
  const begin = (limits: { signal?: AbortSignal; timeout?: number } = {}, inNodesPlace = false) => {
    const outcomes: Outcome[] = [];
    const purpose = { syscall: 'getaddrinfo', hostname: 'www.test', inNodesPlace, trace: undefined } as const;
    cycle.run(question(), stage, limits, purpose, (error, answer) => outcomes.push({ error, answer }));
    return outcomes;
  };
  return { clock, counters, asked, begin, cycle, stage };
}

test('an answer ends the lookup', () => {
  const { asked, begin, counters, clock } = lifecycle();
  const outcomes = begin();
  asked[0]?.answer(A);
  expect(outcomes).toEqual([{ error: undefined, answer: A }]);
  expect(counters).toMatchObject({ started: 1, answered: 1, pending: 0 });
  expect(clock.pending).toBe(0);
});
test('a failure is an error of dns.lookup’s shape', () => {
  const { asked, begin } = lifecycle();
  const outcomes = begin();
  asked[0]?.answer(NXDOMAIN);
  const expected = { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname: 'www.test' };
  expect(outcomes[0]?.error).toMatchObject(expected);
});
test('at the deadline: ETIMEOUT, and the work is canceled', () => {
  const { asked, begin, clock, counters } = lifecycle({ timeout: 200 });
  const outcomes = begin();
  clock.advance(199);
  expect(outcomes).toEqual([]);
  clock.advance(1);
  expect(outcomes[0]?.error).toMatchObject({
    code: 'ETIMEOUT',
    cause: { message: 'no answer within 200 ms' },
  });
  expect(asked[0]?.isCanceled).toBe(true);
  expect(counters).toMatchObject({ timedOut: 1, pending: 0 });
});
test('at the deadline in Node’s place: EAI_AGAIN, with ETIMEOUT as its cause', () => {
  const { begin, clock } = lifecycle({ timeout: 200 });
  const outcomes = begin({}, true);
  clock.advance(200);
  expect(outcomes[0]?.error).toMatchObject({
    code: 'EAI_AGAIN',
    errno: -3001,
    message: 'getaddrinfo EAI_AGAIN www.test',
    cause: { code: 'ETIMEOUT', message: 'no answer within 200 ms' },
  });
});
test('a call’s own timeout wins over the resolver’s', () => {
  const { begin, clock } = lifecycle({ timeout: 5000 });
  const outcomes = begin({ timeout: 100 });
  clock.advance(100);
  expect(outcomes).toHaveLength(1);
});
test('timeout 0 waits for ever', () => {
  const { asked, begin, clock } = lifecycle();
  const outcomes = begin({ timeout: 0 });
  clock.advance(10 ** 9);
  expect(outcomes).toEqual([]);
  expect(asked[0]?.lookup.deadline).toBe(Number.POSITIVE_INFINITY);
});
test('what comes after the deadline is not heard', () => {
  const { asked, begin, clock } = lifecycle({ timeout: 100 });
  const outcomes = begin();
  clock.advance(100);
  asked[0]?.answer(A);
  expect(outcomes).toHaveLength(1);
});
test('an abort ends with the signal’s reason', () => {
  const { asked, begin, counters } = lifecycle();
  const controller = new AbortController();
  const outcomes = begin({ signal: controller.signal });
  const reason = new Error('enough');
  controller.abort(reason);
  expect(outcomes[0]?.error).toBe(reason);
  expect(asked[0]?.isCanceled).toBe(true);
  expect(counters).toMatchObject({ aborted: 1, pending: 0 });
});
test.each([null, 0, '', false, Number.NaN])(
  'an abort with the reason %o ends with an AbortError',
  (reason) => {
    const { begin } = lifecycle();
    const controller = new AbortController();
    const outcomes = begin({ signal: controller.signal });
    controller.abort(reason);
    expect(outcomes[0]?.error).toMatchObject({ name: 'AbortError' });
  },
);
test('a signal without a reason, as npm’s abort-controller has them, ends with an AbortError', () => {
  const { begin } = lifecycle();
  const target = new EventTarget();
  const signal = Object.assign(target, {
    aborted: false,
    reason: undefined,
    onabort: null,
    throwIfAborted() {},
  });
  const outcomes = begin({ signal });
  target.dispatchEvent(new Event('abort'));
  expect(outcomes[0]?.error).toMatchObject({ name: 'AbortError' });
});
test('a signal that is aborted already: at the next tick, and nothing is asked', async () => {
  const { asked, begin } = lifecycle();
  const outcomes = begin({ signal: AbortSignal.abort() });
  expect(outcomes).toEqual([]);
  await tick();
  expect(outcomes[0]?.error).toMatchObject({ name: 'AbortError' });
  expect(asked).toHaveLength(0);
});
test('an answer takes the listener off the signal', () => {
  const { asked, begin } = lifecycle();
  let listeners = 0;
  const { signal } = new AbortController();
  signal.addEventListener = () => {
    listeners += 1;
  };
  signal.removeEventListener = () => {
    listeners -= 1;
  };
  begin({ signal });
  begin({ signal });
  expect(listeners).toBe(1);
  asked[0]?.answer(A);
  expect(listeners).toBe(1);
  asked[1]?.answer(A);
  expect(listeners).toBe(0);
});
test('one signal ends 1,200 lookups, not all in one turn', async () => {
  const { begin } = lifecycle();
  const controller = new AbortController();
  const all = Array.from({ length: 1200 }, () => begin({ signal: controller.signal }));
  const ended = () => all.filter((outcomes) => outcomes.length === 1).length;
  controller.abort();
  expect(ended()).toBe(500);
  await turn();
  expect(ended()).toBe(1000);
  await turn();
  expect(ended()).toBe(1200);
});
test('beyond maxPending: EAI_AGAIN with a cause that says so', async () => {
  const { begin, counters } = lifecycle({ maxPending: 1 });
  begin();
  const outcomes = begin();
  await tick();
  expect(outcomes[0]?.error).toMatchObject({
    code: 'EAI_AGAIN',
    errno: -3001,
    hostname: 'www.test',
    cause: { message: 'the resolver has 1 lookups pending (maxPending)' },
  });
  expect(counters).toMatchObject({ refused: 1, pending: 1 });
});
test('a place is free again after each kind of end', async () => {
  const { asked, begin, clock } = lifecycle({ maxPending: 1, timeout: 100 });
  begin();
  asked[0]?.answer(A);
  begin();
  clock.advance(100);
  const controller = new AbortController();
  begin({ signal: controller.signal });
  controller.abort();
  const outcomes = begin();
  await tick();
  expect(outcomes).toEqual([]);
  expect(asked).toHaveLength(4);
});
test('failures are counted by the code that the caller got', () => {
  const { asked, begin, counters, clock } = lifecycle({ timeout: 100 });
  begin();
  asked[0]?.answer(SERVFAIL);
  begin({}, true);
  begin();
  clock.advance(100);
  expect(counters.snapshot(0, 300, memoryOf(new FakeClock())).failed).toEqual({ EAI_AGAIN: 2, ETIMEOUT: 1 });
});
test('the latency of a lookup is counted', () => {
  const { asked, begin, counters, clock } = lifecycle();
  begin();
  clock.advance(40);
  asked[0]?.answer(A);
  expect(counters.snapshot(0, 300, memoryOf(new FakeClock())).latency).toMatchObject({
    count: 1,
    min: 40,
    max: 40,
    mean: 40,
  });
});
test('no more than maxPending refreshes run, and they take no lookup’s place', () => {
  const { asked, begin, counters, cycle, stage } = lifecycle({ maxPending: 1 });
  let finished = 0;
  const done = () => {
    finished += 1;
  };
  cycle.refresh(question(), stage, done);
  cycle.refresh(question(), stage, done);
  expect(finished).toBe(1);
  expect(asked).toHaveLength(1);
  expect(asked[0]?.lookup.background).toBe(true);
  asked[0]?.answer(A);
  expect(finished).toBe(2);
  cycle.refresh(question(), stage, done);
  expect(counters).toMatchObject({ pending: 0, started: 0 });
  begin();
  expect(asked).toHaveLength(3);
});
test('a refresh ends at the resolver’s timeout', () => {
  const { asked, clock, cycle, stage } = lifecycle({ timeout: 100 });
  let finished = 0;
  cycle.refresh(question(), stage, () => {
    finished += 1;
  });
  clock.advance(100);
  expect(finished).toBe(1);
  expect(asked[0]?.isCanceled).toBe(true);
});
