import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Pace, Receiver, Value } from '../../src/native/calls';
import { resolverPolicy } from '../../src/options/resolver-options';
import { Pipeline, type Request } from '../../src/pipeline/pipeline';

// The pipeline over a scripted addon: any mix of lookups, answers, aborts, clearings and time, held against
// a model of what each caller must get. The model sees what the addon sees: which calls were started,
// stepped aside and abandoned.

interface Call {
  readonly question: object;
  readonly name: string;
  readonly extra: boolean;
  readonly begun: number;
  readonly receiver: Receiver;
}

const addon = vi.hoisted(() => {
  return {
    out: new Map<number, Call>(),
    events: [] as { kind: 'start' | 'stall' | 'abandon'; id: number }[],
    nextId: 1,
    refuseExtras: false,
  };
});

vi.mock('../../src/native/calls', () => ({
  Found: { gone: 0, waiting: 1, running: 2 },
  constants: { AI_ADDRCONFIG: 32, AI_V4MAPPED: 8, AI_ALL: 16, SOCK_STREAM: 1 },
  threadStats: () => ({}),
  isCrowded: () => false,
  start: (question: { node: string }, { extra }: Pace, receiver: Receiver): number => {
    if (extra && addon.refuseExtras) return 0;
    const id = addon.nextId++;
    addon.out.set(id, { question, name: question.node, extra, begun: performance.now(), receiver });
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

const RUNS = Number(process.env['ADDRINFO_FUZZ_RUNS'] ?? 150);
vi.setConfig({ testTimeout: 120_000 + RUNS * 500 });

const HEDGE = 100;
const RESOLVER_TIMEOUT = 1000;
/** ms that a flight may last beyond the deadline of whoever started it. */
const BEYOND = 1000;
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
  readonly deadline: number;
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
          deadline: due.waiting.endsAt,
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
    if (open !== undefined && waiting.endsAt <= open.deadline + BEYOND) {
      open.aboard.add(waiting);
      return undefined;
    }
    // libc would give that one up too early for this caller: another takes its place.
    if (open !== undefined) open.joinable = false;
    return { name, waiting };
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
  /** By caller; several may have the same. */
  readonly controllers: AbortController[] = [];
  readonly #shared = [new AbortController(), new AbortController()];
  answers = 0;

  constructor(cached: boolean) {
    this.model = new Model(cached);
    const cache = cached ? { ...CACHE, maxEntries: 100 } : false;
    this.pipeline = new Pipeline(resolverPolicy({ hedge: HEDGE, timeout: RESOLVER_TIMEOUT, cache }));
  }

  /** `timeout` 0: none. `shared`: which signal, if it is one of those that several callers have. */
  async lookup(name: string, timeout: number, shared: number): Promise<void> {
    const caller = this.controllers.length;
    const controller = this.#shared[shared] ?? new AbortController();
    this.controllers.push(controller);
    this.got.set(caller, []);
    const { model } = this;
    const now = performance.now();
    const kept = model.cache.get(name);
    let announced: ReturnType<Model['board']>;
    if (controller.signal.aborted) {
      model.expected.set(caller, 'aborted');
    } else if (kept === undefined || now >= kept.goneAt) {
      announced = model.board(name, { caller, endsAt: timeout === 0 ? Infinity : now + timeout });
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
    call.receiver.answered(id, errno, value);
    model.observe(undefined);
    await flush();
  }

  async abort(pick: number): Promise<void> {
    const controller = this.controllers[pick % Math.max(1, this.controllers.length)];
    for (const flight of [...this.model.flights]) {
      for (const waiting of [...flight.aboard]) {
        if (waiting.caller === undefined || this.controllers[waiting.caller] !== controller) continue;
        this.model.settle(waiting, 'aborted');
        this.model.leave(flight, waiting);
      }
    }
    controller?.abort('aborted');
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
    const { flights, expected } = this.model;
    const wanted = [...flights].flatMap(({ calls }) => [...calls]);
    expect([...addon.out.keys()].sort()).toEqual(wanted.sort());
    // Nothing of a lookup outlives it: neither a timer, which would keep the process, nor a listener.
    if (flights.size === 0) expect(vi.getTimerCount()).toBe(0);
    const waiting = [...this.got.keys()].filter((caller) => !expected.has(caller));
    const listenedTo = new Set(waiting.map((caller) => this.controllers[caller]));
    for (const controller of this.controllers) {
      const listeners = getEventListeners(controller.signal, 'abort').length;
      expect(listeners).toBe(listenedTo.has(controller) ? 1 : 0);
    }
    this.#checkStats(waiting.length);
  }

  #checkStats(pending: number): void {
    const stats = this.pipeline.stats();
    const results = [...this.model.expected.values()];
    const count = (result: string): number => results.filter((other) => other === result).length;
    const { EAI_AGAIN = 0, ENOTFOUND = 0, ETIMEOUT = 0 } = stats.failed;
    expect({ EAI_AGAIN, ENOTFOUND, ETIMEOUT }).toEqual({
      EAI_AGAIN: count('EAI_AGAIN'),
      ENOTFOUND: count('ENOTFOUND'),
      ETIMEOUT: count('ETIMEOUT'),
    });
    expect(stats).toMatchObject({ pending, aborted: count('aborted'), timedOut: ETIMEOUT, refused: 0 });
    const failed = EAI_AGAIN + ENOTFOUND + ETIMEOUT;
    expect(stats.started).toBe(stats.answered + failed + stats.aborted + pending);
    expect(stats.latency.count).toBe(results.length);
  }

  /** Answers whatever is still out. */
  async finish(): Promise<void> {
    while (addon.out.size > 0) await this.answer(0, 'ok');
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
      ms: fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: 5, max: 700 }) },
        { weight: 1, arbitrary: fc.integer({ min: 1000, max: 3000 }) },
        { weight: 1, arbitrary: fc.constant(0) },
      ),
      shared: fc.nat(3),
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

function forget(): void {
  vi.clearAllTimers();
  addon.out.clear();
  addon.events.length = 0;
  addon.refuseExtras = false;
}

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
        forget();
        const run = new Run(cached);
        for (const step of commands) {
          if ('name' in step) await run.lookup(`name${step.name}`, step.ms, step.shared);
          else if ('outcome' in step) await run.answer(step.pick, step.outcome);
          else if ('pick' in step) await run.abort(step.pick);
          else if ('ms' in step) await run.advance(step.ms);
          else if ('refused' in step) addon.refuseExtras = step.refused;
          else run.clear();
          run.check();
        }
        await run.finish();
        await run.advance(RESOLVER_TIMEOUT + 1);
        run.check();
        expect([...run.got.values()].every((got) => got.length === 1)).toBe(true);
        expect(addon.out.size).toBe(0);
        expect(run.pipeline.stats().pending).toBe(0);
      },
    ),
    { numRuns: RUNS },
  );
});

const reaction = fc.constantFrom('none', 'lookup', 'abort', 'abort all', 'clear');

test('whatever callbacks do (look up, abort, clear the cache), each caller is called once, nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        cached: fc.boolean(),
        families: fc.constantFrom<Request['families'][]>('ipv4-only', 'ipv4-first', 'dual', 'system', 4, 6),
        reactions: fc.array(reaction, { minLength: 10, maxLength: 40 }),
        steps: fc.array(fc.tuple(fc.nat(3), fc.nat(300), fc.constantFrom(0, -3001, -3007, -3008)), {
          minLength: 5,
          maxLength: 40,
        }),
      }),
      async ({ cached, families, reactions, steps }) => {
        forget();
        const cache = cached ? { ...CACHE, maxEntries: 2 } : false;
        const policy = resolverPolicy({ hedge: HEDGE, timeout: RESOLVER_TIMEOUT, cache, maxPending: 6 });
        const pipeline = new Pipeline(policy);
        const controllers = [new AbortController(), new AbortController()];
        const calls: number[] = [];
        const lookup = (name: number): void => {
          const caller = calls.push(0) - 1;
          const node = `name${name % 3}`;
          const request = {
            hostname: node,
            node,
            service: null,
            families,
            socktype: 1,
            protocol: 0,
          } as const;
          const signal = controllers[caller % 3]?.signal;
          pipeline.lookup({ ...request, flags: 0, whole: false }, { signal, timeout: 400 }, () => {
            calls[caller] = (calls[caller] ?? 0) + 1;
            const wanted = reactions[caller];
            if (wanted === 'lookup') lookup(name);
            if (wanted === 'abort') controllers[name % 2]?.abort('aborted');
            if (wanted === 'abort all') for (const controller of controllers) controller.abort('aborted');
            if (wanted === 'clear') pipeline.clearCache();
          });
        };
        // Answers come in batches, as from the addon: one that was abandoned meanwhile is for nobody.
        const answer = async (errno: number): Promise<void> => {
          for (const [id, call] of [...addon.out]) {
            if (addon.out.delete(id)) call.receiver.answered(id, errno, errno === 0 ? ['10.0.0.1'] : false);
          }
          await flush();
        };
        for (const [kind, number, errno] of steps) {
          if (kind < 2) for (let name = 0; name <= kind; name++) lookup(number + name);
          else if (kind === 2) await answer(errno);
          else vi.advanceTimersByTime(number);
          await flush();
        }
        // A callback may ask anew, forty times at most.
        while (pipeline.stats().pending + addon.out.size > 0) {
          await answer(0);
          vi.advanceTimersByTime(10);
          await flush();
        }
        expect(calls.every((count) => count === 1)).toBe(true);
        expect(vi.getTimerCount()).toBe(0);
        const { started, answered, failed, aborted } = pipeline.stats();
        const failures = Object.values(failed).reduce((sum, count) => sum + count, 0);
        expect([started, answered + failures + aborted]).toEqual([calls.length, calls.length]);
        for (const { signal } of controllers) expect(getEventListeners(signal, 'abort')).toEqual([]);
      },
    ),
    { numRuns: RUNS },
  );
});
