import { expect, test } from 'vitest';
import { isFound } from '../../../src/native/answer';
import { constants } from '../../../src/native/constants';
import type { Families } from '../../../src/options/resolver-options';
import { byFamilies } from '../../../src/pipeline/families';
import type { Course } from '../../../src/system/course';
import {
  A,
  AAAA,
  at,
  FakeClock,
  fakeStage,
  lookupOf,
  NODATA,
  NXDOMAIN,
  REFUSED_BY_ADDRCONFIG,
  run,
  SERVFAIL,
} from './fakes';

const { AI_ADDRCONFIG, AI_V4MAPPED } = constants;
const ONE: Course = { kind: 'walk', candidates: ['www.test.'], asksOneByOne: false };
const THREE: Course = { kind: 'walk', candidates: ['www.a.', 'www.b.', 'www.'], asksOneByOne: false };
const FIRST: Course = { kind: 'first', candidates: ['www.test.', 'www.test.a.'], asksOneByOne: false };
const RESCUE: Course = {
  kind: 'system-with-rescue',
  candidates: ['www.test.', 'www.test.a.'],
  asksOneByOne: false,
};
const SYSTEM: Course = { kind: 'system' };

function ask(
  families: Families | undefined,
  course: Course,
  options: { flags?: number; isCrowded?: boolean; deadline?: number } = {},
) {
  const clock = new FakeClock();
  const { stage, asked } = fakeStage();
  const policy = {
    resolutionDelay: 50,
    rescueAfter: () => 300,
    courseOf: () => course,
    hidesFailures: () => false,
    isCrowded: () => options.isCrowded ?? false,
  };
  const resolve = byFamilies(stage, policy, clock);
  const begin = () =>
    run(
      resolve,
      lookupOf({ families, family: 0, flags: options.flags ?? 0 }, { deadline: options.deadline ?? 5000 }),
    );
  const { answers, work } = begin();
  const questions = () =>
    asked.map(
      ({ lookup: { question } }) => `${question.family} ${question.candidates?.join(',') ?? question.node}`,
    );
  return { clock, asked, answers, work, questions, begin };
}

test('a family that the caller named goes on as it is', () => {
  const { stage, asked } = fakeStage();
  const resolve = byFamilies(
    stage,
    {
      resolutionDelay: 50,
      rescueAfter: () => 300,
      courseOf: () => ONE,
      hidesFailures: () => false,
      isCrowded: () => false,
    },
    new FakeClock(),
  );
  const lookup = lookupOf({ families: undefined, family: 6 });
  run(resolve, lookup);
  expect(asked[0]?.lookup).toBe(lookup);
});

// ipv4-first, files and dns, glibc
test('ipv4-first: an A record is one question', () => {
  const { asked, answers, questions } = ask('ipv4-first', ONE);
  asked[0]?.answer(A);
  expect(answers).toEqual([A]);
  expect(questions()).toEqual(['4 www.test.']);
});
test('ipv4-first: a name that does not exist is one question', () => {
  const { asked, answers, questions } = ask('ipv4-first', ONE);
  asked[0]?.answer(NXDOMAIN);
  expect(answers).toEqual([NXDOMAIN]);
  expect(questions()).toHaveLength(1);
});
test('ipv4-first: a name without A is asked for AAAA', () => {
  const { asked, answers, questions } = ask('ipv4-first', ONE);
  asked[0]?.answer(NODATA);
  asked[1]?.answer(AAAA);
  expect(answers).toEqual([AAAA]);
  expect(questions()).toEqual(['4 www.test.', '6 www.test.']);
});
test.each([
  ['NODATA', NODATA, NODATA],
  ['NXDOMAIN', NXDOMAIN, NXDOMAIN],
  ['EAI_AGAIN', SERVFAIL, NODATA],
  ['a refusal by AI_ADDRCONFIG', REFUSED_BY_ADDRCONFIG, NODATA],
])('ipv4-first: no A, and %s for AAAA', (_case, ipv6, expected) => {
  const { asked, answers, questions } = ask('ipv4-first', ONE);
  asked[0]?.answer(NODATA);
  asked[1]?.answer(ipv6);
  expect(answers).toEqual([expected]);
  expect(questions()).toHaveLength(2);
});
test.each([
  ['AAAA is there', AAAA, AAAA],
  ['AAAA fails too', SERVFAIL, SERVFAIL],
  ['no AAAA', NODATA, NODATA],
  ['the host has no IPv6 address', REFUSED_BY_ADDRCONFIG, SERVFAIL],
])('ipv4-first: A fails, %s', (_case, ipv6, expected) => {
  const { asked, answers } = ask('ipv4-first', ONE);
  asked[0]?.answer(SERVFAIL);
  asked[1]?.answer(ipv6);
  expect(answers).toEqual([expected]);
});
test('ipv4-first: A gets no answer: AF_UNSPEC, which asks again, decides', () => {
  const { clock, asked, questions } = ask('ipv4-first', ONE);
  clock.advance(1000);
  asked[0]?.answer(SERVFAIL);
  expect(questions()).toEqual(['4 www.test.', '0 www.test']);
});
test('ipv4-first, single-request: A fails, and AF_UNSPEC would not ask for AAAA', () => {
  const { asked, answers } = ask('ipv4-first', { ...ONE, asksOneByOne: true });
  asked[0]?.answer(SERVFAIL);
  expect(answers).toEqual([SERVFAIL]);
  expect(asked).toHaveLength(1);
});
test('ipv4-first: the candidate without A is asked for AAAA, none before or after it', () => {
  const { asked, answers, questions } = ask('ipv4-first', THREE);
  asked[0]?.answer(at(1, NODATA));
  expect(questions()).toEqual(['4 www.a.,www.b.,www.', '6 www.b.']);
  asked[1]?.answer(AAAA);
  expect(answers).toEqual([AAAA]);
});
test('ipv4-first: a candidate without any address, and others after it: AF_UNSPEC decides', () => {
  const { asked, answers, questions } = ask('ipv4-first', THREE);
  asked[0]?.answer(at(0, NODATA));
  asked[1]?.answer(NODATA);
  expect(questions().at(-1)).toBe('0 www.test');
  asked[2]?.answer(A);
  expect(answers).toEqual([A]);
});
test('ipv4-first: the last candidate without any address is the answer', () => {
  const { asked, answers, questions } = ask('ipv4-first', THREE);
  asked[0]?.answer(at(2, NODATA));
  asked[1]?.answer(NODATA);
  expect(answers.map(({ errno }) => errno)).toEqual([NODATA.errno]);
  expect(questions()).toHaveLength(2);
});
test('ipv4-first: one of several candidates fails: its AAAA, then AF_UNSPEC decides', () => {
  const { asked, questions } = ask('ipv4-first', THREE);
  asked[0]?.answer(at(1, SERVFAIL));
  asked[1]?.answer(SERVFAIL);
  expect(questions()).toEqual(['4 www.a.,www.b.,www.', '6 www.b.', '0 www.test']);
});
test('ipv4-first: one of several candidates gets no answer: AF_UNSPEC decides', () => {
  const { clock, asked, questions } = ask('ipv4-first', THREE);
  clock.advance(1000);
  asked[0]?.answer(at(1, SERVFAIL));
  expect(questions()).toEqual(['4 www.a.,www.b.,www.', '0 www.test']);
});
test('ipv4-first: AI_ADDRCONFIG refuses AF_INET: AF_UNSPEC decides', () => {
  const { asked, questions } = ask('ipv4-first', ONE, { flags: AI_ADDRCONFIG });
  asked[0]?.answer(REFUSED_BY_ADDRCONFIG);
  expect(questions().at(-1)).toBe('0 www.test');
  expect(asked[1]?.lookup.question.flags).toBe(AI_ADDRCONFIG);
});
test('ipv4-first: the mapping flags are not for our AAAA', () => {
  const { asked } = ask('ipv4-first', ONE, { flags: AI_V4MAPPED | AI_ADDRCONFIG });
  asked[0]?.answer(NODATA);
  expect(asked[1]?.lookup.question.flags).toBe(AI_ADDRCONFIG);
});

// ipv4-first, other set-ups
test('ipv4-first: a name that needs no packet is asked for by AF_UNSPEC', () => {
  const { asked, answers, questions } = ask('ipv4-first', SYSTEM);
  asked[0]?.answer(AAAA);
  expect(answers).toEqual([AAAA]);
  expect(questions()).toEqual(['0 www.test']);
});
test('ipv4-first: modules after dns: the first candidate’s A is one question', () => {
  const { asked, answers, questions } = ask('ipv4-first', FIRST);
  asked[0]?.answer(A);
  expect(answers).toEqual([A]);
  expect(questions()).toEqual(['4 www.test.']);
});
test.each([NXDOMAIN, NODATA, SERVFAIL])(
  'ipv4-first: modules after dns: without it AF_UNSPEC decides (%o)',
  (ipv4) => {
    const { asked, answers, questions } = ask('ipv4-first', FIRST);
    asked[0]?.answer(ipv4);
    asked[1]?.answer(AAAA);
    expect(answers).toEqual([AAAA]);
    expect(questions()).toEqual(['4 www.test.', '0 www.test']);
  },
);
test('ipv4-first: a name that only AF_UNSPEC found is asked for so at once, for five minutes', () => {
  const { clock, asked, begin, questions } = ask('ipv4-first', FIRST);
  asked[0]?.answer(NXDOMAIN);
  asked[1]?.answer(AAAA);
  clock.advance(299_999);
  begin();
  expect(questions().slice(2)).toEqual(['0 www.test']);
  clock.advance(1);
  begin();
  expect(questions().slice(3)).toEqual(['4 www.test.']);
});
test('ipv4-first: what AF_UNSPEC does not find is not remembered', () => {
  const { asked, begin, questions } = ask('ipv4-first', FIRST);
  asked[0]?.answer(NXDOMAIN);
  asked[1]?.answer(NXDOMAIN);
  begin();
  expect(questions().at(-1)).toBe('4 www.test.');
});
test('ipv4-first: other modules: AF_UNSPEC, and the first candidate’s A where that is late', () => {
  const { clock, asked, answers, questions } = ask('ipv4-first', RESCUE);
  clock.advance(299);
  expect(questions()).toEqual(['0 www.test']);
  clock.advance(1);
  expect(questions()).toEqual(['0 www.test', '4 www.test.']);
  asked[1]?.answer(A);
  expect(answers).toEqual([A]);
  expect(asked[0]?.isCanceled).toBe(true);
});
test('ipv4-first: a rescue that finds nothing says nothing', () => {
  const { clock, asked, answers } = ask('ipv4-first', RESCUE);
  clock.advance(300);
  asked[1]?.answer(NXDOMAIN);
  expect(answers).toEqual([]);
  asked[0]?.answer(AAAA);
  expect(answers).toEqual([AAAA]);
});

// ipv4-only
test('ipv4-only: AF_INET, whatever the course', () => {
  const { asked, answers, questions } = ask('ipv4-only', SYSTEM);
  asked[0]?.answer(NODATA);
  expect(answers).toEqual([NODATA]);
  expect(questions()).toEqual(['4 www.test']);
});
test('ipv4-only: refused by AI_ADDRCONFIG, it asks without the flag', () => {
  const { asked, answers } = ask('ipv4-only', ONE, { flags: AI_ADDRCONFIG });
  asked[0]?.answer(REFUSED_BY_ADDRCONFIG);
  expect(asked[1]?.lookup.question.flags).toBe(0);
  asked[1]?.answer(A);
  expect(answers).toEqual([A]);
});

// dual
test('dual: A and AAAA at once, IPv4 first in the answer', () => {
  const { asked, answers, questions } = ask('dual', ONE);
  expect(questions()).toEqual(['4 www.test.', '6 www.test.']);
  asked[1]?.answer(AAAA);
  asked[0]?.answer(A);
  expect(answers[0]?.addresses.map(({ family }) => family)).toEqual([4, 6]);
});
test.each([
  ['A', 0, A],
  ['AAAA', 1, AAAA],
] as const)('dual: %s alone after resolutionDelay', (_type, which, answer) => {
  const { clock, asked, answers } = ask('dual', ONE);
  asked[which]?.answer(answer);
  clock.advance(49);
  expect(answers).toEqual([]);
  clock.advance(1);
  expect(answers).toEqual([answer]);
});
test.each([
  ['A, no AAAA', A, NODATA, A],
  ['A, AAAA fails', A, SERVFAIL, A],
  ['A, NXDOMAIN for AAAA', A, NXDOMAIN, A],
  ['no A, AAAA', NODATA, AAAA, AAAA],
  ['A fails, AAAA', SERVFAIL, AAAA, AAAA],
  ['neither', NODATA, NODATA, NODATA],
  ['NXDOMAIN for both', NXDOMAIN, NXDOMAIN, NXDOMAIN],
])('dual: %s', (_case, ipv4, ipv6, expected) => {
  const { asked, answers } = ask('dual', ONE);
  asked[0]?.answer(ipv4);
  asked[1]?.answer(ipv6);
  expect(answers).toEqual([expected]);
});
test('dual: A gets no answer, AAAA is there: AF_UNSPEC decides', () => {
  const { clock, asked, questions } = ask('dual', { ...ONE });
  clock.advance(1000);
  asked[0]?.answer(SERVFAIL);
  asked[1]?.answer(AAAA);
  expect(questions().at(-1)).toBe('0 www.test');
});
test('dual, single-request: A fails, and AF_UNSPEC would not ask for AAAA', () => {
  const { asked, questions } = ask('dual', { ...ONE, asksOneByOne: true });
  asked[0]?.answer(SERVFAIL);
  asked[1]?.answer(AAAA);
  expect(questions().at(-1)).toBe('0 www.test');
});
test('dual: NXDOMAIN for A waits for no AAAA', () => {
  const { asked, answers } = ask('dual', ONE);
  asked[0]?.answer(NXDOMAIN);
  expect(answers).toEqual([NXDOMAIN]);
  expect(asked[1]?.isCanceled).toBe(true);
});
test('dual: a candidate that has AAAA alone comes before a later one with A', () => {
  const { asked, answers } = ask('dual', THREE);
  asked[0]?.answer(at(1, A));
  asked[1]?.answer(at(0, AAAA));
  expect(answers).toEqual([at(0, AAAA)]);
});
test('dual: a candidate that has A alone comes before a later one with AAAA', () => {
  const { asked, answers } = ask('dual', THREE);
  asked[0]?.answer(at(0, A));
  asked[1]?.answer(at(1, AAAA));
  expect(answers).toEqual([at(0, A)]);
});
test('dual: an A whose candidate comes after one without AAAA: AF_UNSPEC decides', () => {
  const { asked, questions } = ask('dual', THREE);
  asked[0]?.answer(at(2, A));
  asked[1]?.answer(at(0, NODATA));
  expect(questions().at(-1)).toBe('0 www.test');
});
test('dual: other modules: a rescue’s A waits for the rest as long as any', () => {
  const { clock, asked, answers } = ask('dual', RESCUE);
  clock.advance(300);
  asked[1]?.answer(A);
  clock.advance(49);
  expect(answers).toEqual([]);
  clock.advance(1);
  expect(answers).toEqual([A]);
});
test('dual: A found where AAAA has failed before: AF_UNSPEC decides', () => {
  const { asked, questions } = ask('dual', THREE);
  asked[0]?.answer(at(1, A));
  asked[1]?.answer(at(0, SERVFAIL));
  expect(questions().at(-1)).toBe('0 www.test');
});
test('dual: while calls left behind crowd the pool, A alone is asked for', () => {
  const { asked, answers, questions } = ask('dual', ONE, { isCrowded: true });
  expect(questions()).toEqual(['4 www.test.']);
  asked[0]?.answer(A);
  expect(answers).toEqual([A]);
});
test('dual: modules after dns: neither is there, AF_UNSPEC decides', () => {
  const { asked, questions } = ask('dual', FIRST);
  asked[0]?.answer(NXDOMAIN);
  asked[1]?.answer(NXDOMAIN);
  expect(questions()).toEqual(['4 www.test.', '6 www.test.', '0 www.test']);
});

// system
test('system: one AF_UNSPEC question', () => {
  const { asked, answers, questions } = ask('system', ONE);
  asked[0]?.answer(AAAA);
  expect(answers).toEqual([AAAA]);
  expect(questions()).toEqual(['0 www.test']);
});
test('system: a second before the deadline the first candidate’s A will do', () => {
  const { clock, asked, answers, questions } = ask('system', ONE);
  clock.advance(3999);
  expect(questions()).toEqual(['0 www.test']);
  clock.advance(1);
  expect(questions()).toEqual(['0 www.test', '4 www.test.']);
  asked[1]?.answer(A);
  expect(answers.every(isFound)).toBe(true);
});
test('system: without a deadline it waits for libc', () => {
  const { clock, questions } = ask('system', ONE, { deadline: Number.POSITIVE_INFINITY });
  clock.advance(60_000);
  expect(questions()).toEqual(['0 www.test']);
});

test.each(['ipv4-only', 'ipv4-first', 'dual', 'system'] as const)(
  '%s: cancel ends all that is out',
  (families) => {
    const { clock, asked, answers, work } = ask(families, ONE);
    work.cancel();
    expect(asked.every(({ isCanceled }) => isCanceled)).toBe(true);
    clock.advance(60_000);
    expect(answers).toEqual([]);
    expect(clock.pending).toBe(0);
  },
);
