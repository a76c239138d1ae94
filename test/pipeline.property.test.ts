import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Done, Pace, Value } from '../src/native';
import { resolverPolicy } from '../src/options';
import { Pipeline } from '../src/pipeline';

// The pipeline over a scripted addon: any mix of lookups, answers, aborts, clearings and time, held against
// a model of what each caller must get. The model sees what the addon sees: which calls were started,
// stepped aside and abandoned.

interface Call {
  readonly question: object;
  readonly name: string;
  readonly extra: boolean;
  readonly begun: number;
  readonly done: Done;
}

const addon = vi.hoisted(() => {
  return {
    out: new Map<number, Call>(),
    events: [] as { kind: 'start' | 'stall' | 'abandon'; id: number }[],
    nextId: 1,
    refuseExtras: false,
  };
});

vi.mock('../src/native', () => ({
  Found: { gone: 0, waiting: 1, running: 2 },
  constants: { AI_ADDRCONFIG: 32, AI_V4MAPPED: 8, AI_ALL: 16, SOCK_STREAM: 1 },
  threadStats: () => ({}),
  isCrowded: () => false,
  start: (question: { node: string }, { extra }: Pace, done: Done): number => {
    if (extra && addon.refuseExtras) return 0;
    const id = addon.nextId++;
    addon.out.set(id, { question, name: question.node, extra, begun: performance.now(), done });
    addon.events.push({ kind: 'start', id });
    return id;
  },
  runningFor: (id: number): number | undefined => {
    const call = addon.out.get(id);
    return call === undefined ? undefined : performance.now() - call.begun;
  },
  stepAside: (id: number): number => {
    addon.events.push({ kind: 'stall', id });
    return addon.out.has(id) ? 2 : 0;
  },
  abandon: (id: number): void => {
    addon.events.push({ kind: 'abandon', id });
    addon.out.delete(id);
  },
}));

const HEDGE = 100;
const RESOLVER_TIMEOUT = 1000;
const CACHE = { ttl: 300, staleTtl: 400, negativeTtl: 150 };

const OUTCOMES = {
  ok: { errno: 0, kept: CACHE.ttl, stale: CACHE.staleTtl },
  nodata: { errno: -3007, kept: CACHE.negativeTtl, stale: 0 },
  again: { errno: -3001, kept: 0, stale: 0 },
} as const;
type Outcome = keyof typeof OUTCOMES;

interface Waiting {
  /** Absent: a refresh of the cache, which nobody sees. */
  readonly caller: number | undefined;
  readonly endsAt: number;
}

interface Flight {
  readonly name: string;
  readonly question: object;
  readonly generation: number;
  readonly begun: number;
  readonly calls: Set<number>;
  readonly aboard: Set<Waiting>;
  joinable: boolean;
  hedges: number;
}

interface Kept {
  readonly result: string;
  readonly freshUntil: number;
  readonly goneAt: number;
}

class Model {
  readonly expected = new Map<number, string>();
  readonly flights = new Set<Flight>();
  readonly cache = new Map<string, Kept>();
  readonly cached: boolean;
  generation = 0;

  constructor(cached: boolean) {
    this.cached = cached;
  }

  /** Takes in what the addon was told; every start that is no extra must be one that was announced. */
  observe(announced: { name: string; waiting: Waiting } | undefined): void {
    let due = announced;
    for (const { kind, id } of addon.events.splice(0)) {
      const flight = [...this.flights].find(({ calls }) => calls.has(id));
      if (kind === 'stall' && flight !== undefined) flight.joinable = false;
      if (kind === 'abandon') flight?.calls.delete(id);
      const call = addon.out.get(id);
      if (kind !== 'start' || call === undefined) continue;
      if (call.extra) {
        const hedged = [...this.flights].find(({ question }) => question === call.question);
        if (hedged === undefined) throw new Error('a hedge for no flight');
        hedged.hedges += 1;
        expect(hedged.hedges).toBeLessThanOrEqual(2);
        expect(performance.now() - hedged.begun).toBeGreaterThanOrEqual(HEDGE);
        hedged.calls.add(id);
      } else {
        if (due === undefined) throw new Error('a call that nobody asked for');
        this.flights.add({
          name: due.name,
          question: call.question,
          generation: this.generation,
          begun: performance.now(),
          calls: new Set([id]),
          aboard: new Set([due.waiting]),
          joinable: true,
          hedges: 0,
        });
        due = undefined;
      }
    }
    expect(due).toBeUndefined();
  }

  /** Before the call: joins a flight (undefined), or announces a new one. */
  board(name: string, waiting: Waiting): { name: string; waiting: Waiting } | undefined {
    const open = [...this.flights].find((flight) => flight.joinable && flight.name === name);
    if (open === undefined) return { name, waiting };
    open.aboard.add(waiting);
    return undefined;
  }

  settle({ caller }: Waiting, result: string): void {
    if (caller === undefined) return;
    expect(this.expected.has(caller)).toBe(false);
    this.expected.set(caller, result);
  }

  land(flight: Flight, outcome: Outcome, result: string): void {
    this.flights.delete(flight);
    for (const waiting of flight.aboard) this.settle(waiting, result);
    const { kept, stale } = OUTCOMES[outcome];
    if (!this.cached || outcome === 'again' || flight.generation !== this.generation) return;
    const freshUntil = performance.now() + kept;
    this.cache.set(flight.name, { result, freshUntil, goneAt: freshUntil + stale });
  }

  leave(flight: Flight, waiting: Waiting): void {
    flight.aboard.delete(waiting);
    if (flight.aboard.size === 0) this.flights.delete(flight);
  }

  /** Deadlines up to now. */
  expire(): void {
    for (const flight of [...this.flights]) {
      for (const waiting of [...flight.aboard]) {
        if (waiting.endsAt > performance.now()) continue;
        this.settle(waiting, 'ETIMEOUT');
        this.leave(flight, waiting);
      }
    }
  }
}

class Run {
  readonly model: Model;
  readonly pipeline: Pipeline;
  readonly got = new Map<number, string[]>();
  readonly controllers: AbortController[] = [];
  answers = 0;

  constructor(cached: boolean) {
    this.model = new Model(cached);
    const cache = cached ? { ...CACHE, maxEntries: 100 } : false;
    this.pipeline = new Pipeline(resolverPolicy({ hedge: HEDGE, timeout: RESOLVER_TIMEOUT, cache }));
  }

  async lookup(name: string, timeout: number): Promise<void> {
    const caller = this.controllers.length;
    const controller = new AbortController();
    this.controllers.push(controller);
    this.got.set(caller, []);
    const { model } = this;
    const now = performance.now();
    const kept = model.cache.get(name);
    let announced: ReturnType<Model['board']>;
    if (kept === undefined || now >= kept.goneAt) {
      announced = model.board(name, { caller, endsAt: now + timeout });
    } else {
      model.expected.set(caller, kept.result);
      const refreshing = [...model.flights].some((flight) => {
        return flight.name === name && [...flight.aboard].some((waiting) => waiting.caller === undefined);
      });
      if (now >= kept.freshUntil && !refreshing) {
        announced = model.board(name, { caller: undefined, endsAt: now + RESOLVER_TIMEOUT });
      }
    }
    const request = {
      hostname: name,
      node: name,
      service: null,
      families: 'ipv4-only',
      socktype: 1,
    } as const;
    this.pipeline.lookup(
      { ...request, protocol: 0, flags: 0, whole: false },
      { timeout, signal: controller.signal },
      (error, texts) => this.got.get(caller)?.push(resultOf(error, texts)),
    );
    model.observe(announced);
    await flush();
  }

  async answer(pick: number, outcome: Outcome): Promise<void> {
    const ids = [...addon.out.keys()];
    const id = ids[pick % Math.max(1, ids.length)];
    const call = id === undefined ? undefined : addon.out.get(id);
    if (id === undefined || call === undefined) return;
    const { model } = this;
    const flight = [...model.flights].find(({ calls }) => calls.has(id));
    if (flight === undefined) throw new Error('a call is out that serves no flight');
    addon.out.delete(id);
    flight.calls.delete(id);
    this.answers += 1;
    const address = `10.0.0.${this.answers}`;
    const result = outcome === 'ok' ? address : outcome === 'again' ? 'EAI_AGAIN' : 'ENOTFOUND';
    if (outcome !== 'again' || flight.calls.size === 0) model.land(flight, outcome, result);
    const { errno } = OUTCOMES[outcome];
    const value: Value = errno === 0 ? [address] : false;
    call.done(errno, value);
    model.observe(undefined);
    await flush();
  }

  async abort(pick: number): Promise<void> {
    const caller = pick % Math.max(1, this.controllers.length);
    for (const flight of [...this.model.flights]) {
      for (const waiting of [...flight.aboard]) {
        if (waiting.caller !== caller) continue;
        this.model.settle(waiting, 'aborted');
        this.model.leave(flight, waiting);
      }
    }
    this.controllers[caller]?.abort('aborted');
    this.model.observe(undefined);
    await flush();
  }

  // In single steps, so that the model can look at the clock at each of them.
  async advance(ms: number): Promise<void> {
    for (let step = 0; step < ms; step++) {
      vi.advanceTimersByTime(1);
      this.model.expire();
      this.model.observe(undefined);
    }
    await flush();
  }

  clear(): void {
    this.pipeline.clearCache();
    this.model.cache.clear();
    this.model.generation += 1;
  }

  check(): void {
    for (const [caller, got] of this.got) {
      const expected = this.model.expected.get(caller);
      expect(got).toEqual(expected === undefined ? [] : [expected]);
    }
    const wanted = [...this.model.flights].flatMap(({ calls }) => [...calls]);
    expect([...addon.out.keys()].sort()).toEqual(wanted.sort());
  }
}

function resultOf(error: unknown, [address]: readonly string[]): string {
  if (error === undefined) return String(address);
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('lookup'),
      name: fc.nat(2),
      ms: fc.integer({ min: 5, max: 700 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('answer'),
      pick: fc.nat(20),
      outcome: fc.constantFrom<Outcome[]>('ok', 'ok', 'nodata', 'again'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort'), pick: fc.nat(50) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance'), ms: fc.integer({ min: 1, max: 250 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse'), refused: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear') }) },
);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

test('any mix of joins, aborts, deadlines, hedges, cache expiries and answers settles each caller once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(command, { minLength: 5, maxLength: 60 }),
      async (cached, commands) => {
        vi.clearAllTimers();
        addon.out.clear();
        addon.events.length = 0;
        addon.refuseExtras = false;
        const run = new Run(cached);
        for (const step of commands) {
          if ('name' in step) await run.lookup(`name${step.name}`, step.ms);
          else if ('outcome' in step) await run.answer(step.pick, step.outcome);
          else if ('pick' in step) await run.abort(step.pick);
          else if ('ms' in step) await run.advance(step.ms);
          else if ('refused' in step) addon.refuseExtras = step.refused;
          else run.clear();
          run.check();
        }
        await run.advance(RESOLVER_TIMEOUT + 1);
        run.check();
        expect([...run.got.values()].every((got) => got.length === 1)).toBe(true);
        expect(addon.out.size).toBe(0);
        expect(run.pipeline.stats().pending).toBe(0);
      },
    ),
    { numRuns: Number(process.env['ADDRINFO_FUZZ_RUNS'] ?? 150) },
  );
}, 120_000);
