import { describe, expect, test } from 'vitest';
import { CallState } from '../../../src/native/calls';
import { hedged } from '../../../src/pipeline/attempt';
import {
  A,
  AAAA,
  at,
  FakeClock,
  fakeLibc,
  lookupOf,
  memoryOf,
  NODATA,
  NXDOMAIN,
  run,
  SERVFAIL,
} from './fakes';

interface Options {
  readonly hedge?: 'auto' | number | false;
  readonly failover?: boolean;
  readonly hasOwnSettings?: boolean;
  readonly addresses?: readonly string[];
  readonly attempts?: number;
  readonly lookup?: ReturnType<typeof lookupOf>;
  readonly refuse?: Parameters<typeof fakeLibc>[0];
}

function resolver(options: Options) {
  const { hedge = 300, failover = true, hasOwnSettings = false } = options;
  const { addresses = ['10.0.0.53'], attempts = 2 } = options;
  const clock = new FakeClock();
  const { start, calls } = fakeLibc(options.refuse);
  const memory = memoryOf(clock, { addresses, attempts });
  const stage = hedged(start, { hedge, failover, hasOwnSettings, memory: () => memory }, clock);
  const begin = (lookup = lookupOf()) => run(stage as never, lookup);
  return { clock, calls, memory, begin };
}

function attempt(options: Options) {
  const { clock, calls, memory, begin } = resolver(options);
  const lookup = options.lookup ?? lookupOf();
  const { answers, work } = begin(lookup);
  return { clock, calls, memory, answers, work, counters: lookup.counters };
}

/** Lookups, one after another, that are answered at once. */
function warmUp({ clock, calls, begin }: ReturnType<typeof resolver>, count: number, ms = 2): void {
  for (let done = 0; done < count; done += 1) {
    begin();
    clock.advance(ms);
    calls.at(-1)?.answer(A, { askedFor: ms });
  }
  calls.length = 0;
}

/** Nobody answered within the second that a brief call has. */
const SILENCE = { nameserver: undefined, askedFor: 1000 };

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
  const { clock, calls } = attempt({ hedge: false });
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
  expect(calls.map(({ mode }) => mode.beside)).toEqual([false, true, true]);
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
  const { clock, calls, counters } = attempt({ refuse: ({ beside }) => (beside && isFull ? 1 : 0) });
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
describe('a hedge that begins with an absolute name', () => {
  const lookup = lookupOf({ family: 0, node: 'db', hedgeCandidates: ['db.a.', 'db'] });

  test('its address is the answer', () => {
    const { clock, calls, answers } = attempt({ lookup });
    expect(calls[0]?.question).not.toHaveProperty('candidates');
    clock.advance(300);
    expect(calls[1]?.question).toMatchObject({ candidates: ['db.a.', 'db'] });
    calls[1]?.answer(A);
    expect(answers).toEqual([A]);
  });

  test.each([
    ['NODATA, where libc goes on to the next name', NODATA],
    ['EAI_AGAIN, where libc asks for AAAA too', SERVFAIL],
  ])('of that name %s is not heard', (_case, failed) => {
    const { clock, calls, answers } = attempt({ lookup });
    clock.advance(300);
    calls[1]?.answer(failed);
    clock.advance(5000);
    expect(answers).toEqual([]);
    calls[0]?.answer(AAAA);
    expect(answers).toEqual([AAAA]);
  });

  test('nor is it where the first call has failed: that failure is the answer', () => {
    const { clock, calls, answers } = attempt({ lookup });
    clock.advance(300);
    calls[0]?.answer(SERVFAIL);
    calls[1]?.answer(NODATA);
    expect(answers).toEqual([SERVFAIL]);
  });

  test('the failure of the name itself is heard', () => {
    const { clock, calls, answers } = attempt({ lookup });
    clock.advance(300);
    calls[1]?.answer(at(1, NXDOMAIN));
    clock.advance(5000);
    expect(answers).toEqual([at(1, NXDOMAIN)]);
  });
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
test('a shared lookup is closed once, when the first call is late', () => {
  let told = 0;
  const lookup = lookupOf(
    {},
    {
      shared: {
        close: () => {
          told += 1;
        },
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

test('the first call is brief, and its first hedge asks the rest of the rounds', () => {
  const { clock, calls } = attempt({});
  clock.advance(600);
  expect(calls.map(({ mode: { brief, rest } }) => ({ brief, rest }))).toEqual([
    { brief: true, rest: false },
    { brief: false, rest: true },
    { brief: true, rest: false },
  ]);
});
test('a brief call that fails before it was hedged leaves the rest to another one', () => {
  const { calls, answers } = attempt({});
  calls[0]?.answer(SERVFAIL);
  const rest = calls.at(-1);
  expect(calls).toHaveLength(2);
  expect(rest?.mode).toMatchObject({ beside: false, brief: false, rest: true });
  expect(rest?.hasSteppedAside).toBe(true);
  expect(answers).toEqual([]);
  rest?.answer(A);
  expect(answers).toEqual([A]);
});
test('the rest begins at the candidate at which the first call ended', () => {
  const { clock, calls } = attempt({ lookup: lookupOf({ candidates: ['a.', 'b.', 'c.'] }) });
  calls[0]?.answer({ ...SERVFAIL, candidate: 1 });
  clock.advance(0);
  expect(calls[1]?.question).toMatchObject({ candidates: ['b.', 'c.'] });
});
test.each([
  ['AF_UNSPEC', { lookup: lookupOf({ family: 0 }) }],
  ['hedge: false', { hedge: false }],
  ['settings of its own', { hasOwnSettings: true }],
  ['attempts:1', { attempts: 1 }],
] as const)('%s: the first call is not brief, its failure is the answer', (_case, options) => {
  const { calls, answers } = attempt(options);
  expect(calls[0]?.mode.brief).toBe(false);
  calls[0]?.answer(SERVFAIL);
  expect(answers).toEqual([SERVFAIL]);
});
test.each([
  ['two nameservers that fail slowly are not asked once more', 1350, 3],
  ['two that are silent are', 2000, 5],
])('%s', (_case, askedFor, times) => {
  const addresses = ['10.0.0.53', '10.0.0.54'];
  const { clock, calls, answers } = attempt({ hedge: 100, addresses });
  clock.advance(askedFor);
  calls[0]?.answer(SERVFAIL, { nameserver: undefined, askedFor });
  clock.advance(askedFor);
  expect(calls).toHaveLength(times);
  for (const call of calls.slice(1)) call.answer(SERVFAIL, { nameserver: undefined, askedFor });
  expect(answers).toEqual([SERVFAIL]);
});
test('a first call that heard nameservers fail in all rounds waits a second for its hedges, and makes no more', () => {
  const addresses = ['10.0.0.53', '10.0.0.54'];
  const { clock, calls, answers } = attempt({ hedge: 1000, addresses, hasOwnSettings: true });
  clock.advance(1800);
  calls[0]?.answer(SERVFAIL, { nameserver: undefined, askedFor: 1800 });
  clock.advance(999);
  expect(answers).toEqual([]);
  clock.advance(1);
  expect(answers).toEqual([SERVFAIL]);
  expect(calls).toHaveLength(2);
});
test('a slow nameserver gets no brief calls', () => {
  const one = resolver({ hedge: 'auto' });
  warmUp(one, 20, 700);
  one.begin();
  expect(one.calls[0]?.mode.brief).toBe(false);
});

test('auto: 300 ms and up to a tenth while too few answers are known', () => {
  const { clock, calls } = attempt({ hedge: 'auto' });
  clock.advance(299);
  expect(calls).toHaveLength(1);
  clock.advance(32);
  expect(calls).toHaveLength(2);
});
test.each([
  [2, 30],
  [100, 200],
  [800, 1000],
])('auto: answers after %d ms make a call late after %d ms', (ms, late) => {
  const one = resolver({ hedge: 'auto' });
  warmUp(one, 50, ms);
  one.begin();
  one.clock.advance(late - 1);
  expect(one.calls).toHaveLength(1);
  one.clock.advance(2 + late / 10);
  expect(one.calls).toHaveLength(2);
});
test('auto: the delay doubles from hedge to hedge', () => {
  const one = resolver({ hedge: 'auto' });
  warmUp(one, 50);
  one.memory.budget.won();
  one.memory.budget.won();
  const times: number[] = [];
  one.begin();
  for (let ms = 1; ms <= 600; ms += 1) {
    one.clock.advance(1);
    if (one.calls.length - 1 > times.length) times.push(ms);
  }
  expect(times).toHaveLength(4);
  const [first = 0] = times;
  expect(first).toBeLessThanOrEqual(34);
  for (const [index, ms] of times.entries()) {
    expect(Math.abs(ms - first * (2 ** (index + 1) - 1))).toBeLessThanOrEqual(2 ** (index + 1));
  }
});
test('auto: hosts-file answers teach nothing', () => {
  const one = resolver({ hedge: 'auto' });
  for (let done = 0; done < 50; done += 1) {
    one.begin();
    one.calls.at(-1)?.answer(A, { nameserver: undefined, sent: false, askedFor: 0.02 });
  }
  expect(one.memory.presentDelay()).toBe(300);
});
test('auto: what is slow in a first call is learned although a hedge was quick', () => {
  const one = resolver({ hedge: 'auto', addresses: ['10.0.0.1', '10.0.0.2'] });
  for (let done = 0; done < 20; done += 1) {
    one.calls.length = 0;
    one.memory.budget.won();
    one.begin();
    one.clock.advance(331);
    one.calls[1]?.answer(A, { nameserver: 1, askedFor: 1 });
    one.clock.advance(69);
    one.calls[0]?.answer(A, { nameserver: 0, askedFor: 400 });
  }
  expect(one.memory.presentDelay()).toBe(800);
});
test('auto: a burst that nobody answers gets two hedges, and a second one none', () => {
  const one = resolver({ hedge: 'auto' });
  warmUp(one, 200);
  for (let count = 0; count < 8; count += 1) one.begin();
  one.clock.advance(900);
  expect(one.calls.filter(({ mode }) => mode.beside)).toHaveLength(2);
  one.clock.advance(100);
  for (const call of [...one.calls]) call.answer(SERVFAIL, SILENCE);
  one.clock.advance(4000);
  one.calls.length = 0;
  for (let count = 0; count < 8; count += 1) one.begin();
  one.clock.advance(900);
  expect(one.calls.filter(({ mode }) => mode.beside)).toHaveLength(0);
});
test('auto: hedges that win open the budget, and those that wait are made at once', () => {
  const one = resolver({ hedge: 'auto', addresses: ['10.0.0.1', '10.0.0.2'] });
  const lookups = Array.from({ length: 100 }, () => one.begin());
  one.clock.advance(331);
  for (let round = 0; round < 8; round += 1) {
    for (const call of one.calls.filter(({ mode, isCanceled }) => mode.beside && !isCanceled)) {
      if (call.refused === 0) call.answer(A, { nameserver: 1 });
    }
  }
  expect(lookups.every(({ answers }) => answers.length === 1)).toBe(true);
});
test('a number is taken literally: no budget', () => {
  const one = resolver({ hedge: 100 });
  for (let count = 0; count < 50; count += 1) one.begin();
  one.clock.advance(150);
  expect(one.calls.filter(({ mode }) => mode.beside)).toHaveLength(50);
});

test('a hedge asks the next nameserver first', () => {
  const { clock, calls } = attempt({ addresses: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] });
  clock.advance(600);
  expect(calls.map(({ mode }) => mode.order)).toEqual([[], [1, 2, 0], [2, 0, 1]]);
});
test('failover: false leaves every call to the order of resolv.conf', () => {
  const { clock, calls } = attempt({ addresses: ['10.0.0.1', '10.0.0.2'], failover: false });
  clock.advance(300);
  calls[1]?.answer(A, { nameserver: 1 });
  expect(calls.map(({ mode }) => mode.order)).toEqual([[], []]);
});
test('a nameserver that is silent while another answers is asked last, and probed after 5 s', () => {
  const one = resolver({ addresses: ['10.0.0.1', '10.0.0.2'] });
  one.begin();
  one.clock.advance(300);
  one.calls[1]?.answer(A, { nameserver: 1 });
  one.calls.length = 0;
  one.begin();
  expect(one.calls.map(({ mode }) => mode.order)).toEqual([[1, 0]]);
  one.calls[0]?.answer(A, { nameserver: 1 });
  one.clock.advance(4999);
  one.begin();
  expect(one.calls).toHaveLength(2);
  one.calls[1]?.answer(A, { nameserver: 1 });
  one.clock.advance(1);
  const { answers } = one.begin();
  const [, , first, probe] = one.calls;
  expect(probe?.mode).toMatchObject({ order: [0], background: true, beside: true });
  first?.answer(A, { nameserver: 1 });
  expect(answers).toEqual([A]);
  probe?.answer(A, { nameserver: 0 });
  one.begin();
  expect(one.calls.at(-1)?.mode.order).toEqual([]);
});
test('a nameserver that answers other lookups is not called silent for one lost packet', () => {
  const one = resolver({ addresses: ['10.0.0.1', '10.0.0.2'] });
  one.begin();
  one.begin();
  one.clock.advance(2);
  one.calls[1]?.answer(A, { nameserver: 0 });
  one.clock.advance(298);
  one.calls[2]?.answer(A, { nameserver: 1 });
  expect(one.memory.stats().map(({ state }) => state)).toEqual(['answering', 'answering']);
});
test('a trace has the nameserver that answered, and the times of its call', () => {
  const trace = { hostname: 'www.test', families: 4, attempts: 0 } as const;
  const lookup = lookupOf({}, { trace: { ...trace } });
  const { clock, calls } = attempt({ lookup, addresses: ['10.0.0.1', '10.0.0.2'] });
  clock.advance(300);
  calls[1]?.answer(A, { nameserver: 1, sent: true, ranFor: 4, queuedFor: 1 });
  expect(lookup.trace).toMatchObject({ nameserver: '10.0.0.2', sent: true, libc: 4, queued: 1 });
});
