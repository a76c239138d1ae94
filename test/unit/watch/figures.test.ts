import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Sample } from '../../../src/cli/probe';
import { type KindFigures, WatchFigures } from '../../../src/cli/watch/figures';
import { liveLines } from '../../../src/cli/watch/output';
import { watchVerdict } from '../../../src/cli/watch/verdict';

const figuresOfAll = (): KindFigures => ({
  a: new WatchFigures('a'),
  aaaa: new WatchFigures('aaaa'),
  both: new WatchFigures('both'),
});

const sample = (ms: number, outcome: Sample['outcome'] = 'answered'): Sample => ({
  family: 0,
  at: 0,
  ms,
  outcome,
  addresses: [],
});

/** Lookups that end at once, after so many ms by their own clock. */
function add(figures: WatchFigures, ...samples: readonly Sample[]): void {
  for (const each of samples) figures.begin()(each);
}

const ofAll = (figures: KindFigures, ...samples: readonly Sample[]): void => {
  for (const kind of ['a', 'aaaa', 'both'] as const) add(figures[kind], ...samples);
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const PLAIN = { width: 80, colour: false };

test('a lookup that is still out is drawn, grows, and is a stall after a second', () => {
  const figures = figuresOfAll();
  ofAll(figures, sample(2));
  figures.both.begin();
  const bars: string[] = [];
  for (let second = 0; second < 7; second += 1) {
    const row = liveLines('db.test', figures, 1000, PLAIN, true).find((line) => line.startsWith('  both'));
    bars.push(row?.at(-1) ?? '');
    vi.advanceTimersByTime(1000);
  }
  expect(bars).toEqual(['▁', '▆', '▇', '▇', '▇', '█', '█']);
  expect(figures.both.stalls).toBe(1);
  expect(figures.both.endedStalls).toBe(0);
  expect(String(figures.both)).toBe('1 stall, 1 out for 7.00 s; p50 2.0 ms, max 2.0 ms');
});

test('lookups are drawn in the order in which they were begun, not in which they ended', () => {
  const figures = figuresOfAll();
  const [first, second] = [figures.a.begin(), figures.a.begin()];
  second(sample(1));
  first(sample(5000));
  expect(figures.a.last.map(({ ms }) => ms)).toEqual([5000, 1]);
});

test('a lookup that was stopped when it had only begun leaves nothing', () => {
  const figures = new WatchFigures('a');
  expect(figures.begin()(undefined)).toBe(false);
  expect([figures.last, figures.begun]).toEqual([[], 0]);
});

test('no AAAA record is no failure, no address at all is one', () => {
  const figures = figuresOfAll();
  ofAll(figures, sample(1, 'nodata'));
  expect([figures.a, figures.aaaa, figures.both].map(({ summary }) => summary.failures)).toEqual([0, 0, 1]);
});

test('failures and stalls are red, and what is still out is red after a second', () => {
  const figures = figuresOfAll();
  add(figures.a, sample(1), sample(1, 'failed'));
  figures.a.begin();
  vi.advanceTimersByTime(1500);
  const row = liveLines('db.test', figures, 1000, { width: 110, colour: true }, true)[1] ?? '';
  expect(row).toContain('\x1b[32m▂\x1b[0m\x1b[31m×\x1b[0m\x1b[31m▆\x1b[0m');
});

test.each([40, 80, 110])('live lines of a long outage fit %i columns, the legend too', (width) => {
  const figures = figuresOfAll();
  ofAll(figures, ...Array.from({ length: 200 }, () => sample(15_012, 'failed')));
  for (let n = 0; n < 15; n += 1) figures.both.begin();
  vi.advanceTimersByTime(14_000);
  const host = 'a-rather-long-name.default.svc.cluster.local';
  const lines = liveLines(host, figures, 123_456, { width, colour: false }, true);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
  expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain('× failed; a bar that grows is still out');
  expect(lines.join('\n')).toMatch(/both {2}215 stalls, 200 failed/);
});

test('one lookup is one lookup', () => {
  const figures = figuresOfAll();
  ofAll(figures, sample(1));
  expect(liveLines('db.test', figures, 1000, PLAIN, true)[0]).toBe(
    'db.test: 1 lookup of each kind in 1.00 s',
  );
});

const verdicts: readonly [string, (figures: KindFigures) => void, boolean, RegExp][] = [
  [
    'nothing stalls',
    (figures) => ofAll(figures, sample(3)),
    true,
    /^No stall: 3 lookups of x, the slowest took 3\.0 ms\.$/,
  ],
  [
    'AAAA stalls',
    (figures) => {
      ofAll(figures, sample(3));
      add(figures.aaaa, sample(15_000, 'failed'));
      add(figures.both, sample(15_000));
    },
    false,
    /^Lookups of x stall when AAAA is asked for: 1 of 2, both 1 of 2, up to 15\.0\d s; A alone never\. To find out why: addrinfo doctor x$/,
  ],
  [
    'both stall together alone',
    (figures) => {
      ofAll(figures, sample(3));
      add(figures.both, sample(5000));
    },
    false,
    /stall when A and AAAA are asked for together: 1 of 2, up to 5\.00 s; each alone never/,
  ],
  [
    'all stall',
    (figures) => ofAll(figures, sample(5000), sample(1)),
    false,
    /stall whatever they ask for: A 1 of 2, AAAA 1 of 2, both 1 of 2, up to 5\.00 s/,
  ],
  [
    'nothing resolves',
    (figures) => ofAll(figures, sample(3, 'nxdomain'), sample(3, 'nxdomain')),
    false,
    /^x did not resolve: 2 lookups of both families, no such name \(ENOTFOUND\)\./,
  ],
  [
    'one of two fails at once',
    (figures) => ofAll(figures, sample(3, 'failed'), sample(3)),
    false,
    /^1 of 2 lookups of x failed\./,
  ],
  [
    'AAAA fails and both do not',
    (figures) => {
      ofAll(figures, sample(3));
      add(figures.aaaa, sample(3, 'failed'));
    },
    false,
    /^AAAA of x failed 1 of 2 times: where musl/,
  ],
  ['none has come back', () => {}, false, /^No lookup of x came back/],
];
test.each(verdicts)('the verdict where %s', (_when, fill, healthy, sentence) => {
  const figures = figuresOfAll();
  fill(figures);
  const verdict = watchVerdict('x', figures, []);
  expect(verdict.healthy).toBe(healthy);
  expect(verdict.sentence).toMatch(sentence);
});

test('the verdict names a nameserver that does not answer', () => {
  const figures = figuresOfAll();
  ofAll(figures, sample(3));
  const { sentence } = watchVerdict('x', figures, [{ address: '10.0.0.2', count: 9, unanswered: 4 }]);
  expect(sentence).toMatch(/Nameserver 10\.0\.0\.2 did not answer 4 of 9 questions\.$/);
});
