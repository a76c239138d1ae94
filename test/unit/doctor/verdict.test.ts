import { describe, expect, test } from 'vitest';
import type { Libc } from '../../../src/cli/doctor/facts/libc';
import { figuresOf } from '../../../src/cli/doctor/probing/figures';
import { verdictOf } from '../../../src/cli/doctor/verdicts/verdict';
import type { Outcome, Sample } from '../../../src/cli/probe';

const glibc: Libc = { name: 'glibc', version: '2.36' };
const musl: Libc = { name: 'musl', version: '1.2.3' };

/** `count` lookups that all came out like this. */
function lookups(count: number, ms: number, outcome: Outcome = 'answered'): Sample[] {
  return Array.from({ length: count }, () => ({ family: 4, at: 0, ms, outcome, addresses: [] }));
}

function verdict(kinds: { a: Sample[]; aaaa: Sample[]; both: Sample[] }, libc: Libc = glibc) {
  const wait = libc.name === 'musl' ? 2500 : 5000;
  return verdictOf({
    host: 'redis',
    a: figuresOf(kinds.a, wait),
    aaaa: figuresOf(kinds.aaaa, wait),
    both: figuresOf(kinds.both, wait),
    libc,
    wait,
    candidates: 1,
    asksDns: true,
  });
}

const well = lookups(40, 1);

// What musl does is not provoked here: these are the figures measured with it.
describe('verdictOf on musl', () => {
  test('AAAA lost: both fails after 5 s', () => {
    const found = verdict(
      { a: well, aaaa: lookups(20, 5002, 'failed'), both: lookups(20, 5003, 'failed') },
      musl,
    );
    expect(found).toMatchObject({ id: 'aaaa-lost', status: 'fail' });
    expect(found.message).toContain('a dual-stack lookup fails after 5.00 s, A alone 1.0 ms');
  });

  test('AAAA NXDOMAIN: both fails at once', () => {
    const found = verdict(
      { a: well, aaaa: lookups(20, 1, 'nxdomain'), both: lookups(20, 1, 'nxdomain') },
      musl,
    );
    expect(found).toMatchObject({ id: 'aaaa-nxdomain', status: 'fail' });
  });

  test('no AAAA record, which musl before 1.2.4 cannot tell from NXDOMAIN: healthy', () => {
    expect(verdict({ a: well, aaaa: lookups(20, 1, 'nxdomain'), both: well }, musl).id).toBe('healthy');
  });

  test('the race: 2.5 s', () => {
    const both = [...lookups(30, 1), ...lookups(10, 2502)];
    const found = verdict({ a: well, aaaa: well, both }, musl);
    expect(found.message).toContain('10 of 40 lookups stalled for 2.50 s or more; asked alone: none of 80');
    expect(found.remedies).not.toContain('dns-config-single-request');
  });
});

describe('verdictOf', () => {
  test('one stall of both and none alone is most likely the race, and says how to make sure', () => {
    const found = verdict({ a: well, aaaa: well, both: [...lookups(39, 1), ...lookups(1, 5003)] });
    expect(found.id).toBe('pair-loses-one');
    expect(found.meaning).toContain('most likely');
    expect(found.meaning).toContain('addrinfo watch');
  });

  test('stalls of all kinds are packet loss, counted by questions', () => {
    const some = [...lookups(38, 1), ...lookups(2, 5003)];
    const found = verdict({ a: some, aaaa: some, both: [...lookups(36, 1), ...lookups(4, 5003)] });
    expect(found).toMatchObject({ id: 'packet-loss', remedies: expect.arrayContaining(['hedge']) });
    expect(found.message).toContain('about 1 question in 20 for redis is lost: 8 of 160');
  });

  test('A lost and AAAA answered is told apart from the reverse', () => {
    const found = verdict({ a: lookups(20, 10_010, 'failed'), aaaa: well, both: lookups(20, 15_010) });
    expect(found.id).toBe('a-lost');
  });

  test('AAAA lost now and then, and A never, is not packet loss', () => {
    const some = [...lookups(30, 1), ...lookups(10, 10_010, 'failed')];
    const found = verdict({ a: well, aaaa: some, both: [...lookups(28, 1), ...lookups(12, 15_010)] });
    expect(found.id).toBe('aaaa-lost');
    expect(found.message).toContain('are lost now and then (10 of 40)');
  });

  test('a name with AAAA records only is healthy, and its verdict says so', () => {
    const found = verdict({ a: lookups(20, 1, 'nodata'), aaaa: well, both: well });
    expect(found).toMatchObject({ id: 'healthy', message: expect.stringContaining('IPv6 addresses only') });
  });

  test('a name without address of either family is a finding', () => {
    const none = lookups(20, 1, 'nodata');
    expect(verdict({ a: none, aaaa: none, both: none }).id).toBe('no-address');
  });

  test('lookups that fail at once now and then are unsteady', () => {
    const some = [...lookups(30, 1), ...lookups(10, 1, 'failed')];
    expect(verdict({ a: some, aaaa: well, both: some })).toMatchObject({
      id: 'intermittent-errors',
      status: 'warn',
    });
  });

  test('AAAA alone slow is told apart from a slow server', () => {
    expect(verdict({ a: well, aaaa: lookups(20, 400), both: lookups(20, 400) }).id).toBe('aaaa-slow');
    const slow = verdict({ a: lookups(20, 1100), aaaa: lookups(20, 1100), both: lookups(20, 1100) });
    expect(slow.id).toBe('slow');
    expect(slow.meaning).toContain('one second');
  });

  test('without a lookup nothing is said', () => {
    expect(verdict({ a: [], aaaa: [], both: [] })).toMatchObject({ id: 'no-probes', status: 'skip' });
  });
});

test('figuresOf counts lookups near one, two, three times the first wait', () => {
  const samples = [1, 4990, 5004, 10_010, 15_011, 15_020, 7000].flatMap((ms) => lookups(1, ms));
  expect(figuresOf(samples, 5000)).toMatchObject({
    count: 7,
    stalled: 6,
    max: 15_020,
    timeoutClusters: [
      { seconds: 5, count: 2 },
      { seconds: 10, count: 1 },
      { seconds: 15, count: 2 },
    ],
  });
});

test('a lookup without answer has stalled even before the first wait is over', () => {
  expect(figuresOf(lookups(1, 2000, 'unanswered'), 5000).stalled).toBe(1);
  expect(figuresOf(lookups(1, 2000, 'answered'), 5000).stalled).toBe(0);
});
