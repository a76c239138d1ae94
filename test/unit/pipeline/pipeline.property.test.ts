import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { type Answer, found, isFound, isTransient } from '../../../src/native/answer';
import { resolverPolicy } from '../../../src/options/resolver-options';
import { Pipeline } from '../../../src/pipeline/pipeline';
import type { AddressQuestion } from '../../../src/pipeline/stage';
import type { Course } from '../../../src/system/course';
import {
  A,
  AAAA,
  type FakeCall,
  FakeClock,
  fakeLibc,
  memoryOf,
  NODATA,
  NXDOMAIN,
  question,
  SERVFAIL,
} from './fakes';

const RUNS = Number(process.env['ADDRINFO_FUZZ_RUNS'] ?? 150);
vi.setConfig({ testTimeout: 120_000 + RUNS * 500 });

const HEDGE = 100;
const TIMEOUT = 1000;
const CACHE = { ttl: 300, staleTtl: 400, negativeTtl: 150 };
const MAX_HEDGES = 4;
/** ms for which a definite failure waits for the calls that are still out, the deadline permitting. */
const FAILURE_PATIENCE = 1000;
const BEFORE_DEADLINE = 20;

/** A pipeline over a libc and a clock that do what the test says. */
class World {
  readonly clock = new FakeClock();
  readonly calls: FakeCall[];
  readonly pipeline: Pipeline;
  /** Whether there is no room for hedges. */
  refusesHedges = false;
  course: Course = { kind: 'system' };
  readonly #over = new Set<FakeCall>();

  constructor(options: object) {
    const { start, calls } = fakeLibc((mode) => (mode.beside && this.refusesHedges ? 1 : 0));
    this.calls = calls;
    const memory = memoryOf(this.clock);
    this.pipeline = new Pipeline(resolverPolicy({ hedge: HEDGE, timeout: TIMEOUT, ...options }), {
      start,
      clock: this.clock,
      memory: () => memory,
      courseOf: () => this.course,
      hidesFailures: () => false,
      isCrowded: () => false,
    });
  }

  /** Calls that libc still works on, and somebody waits for. */
  out(): FakeCall[] {
    return this.calls.filter((call) => call.refused === 0 && !call.isCanceled && !this.#over.has(call));
  }

  /** Calls that nobody waits for any more, and libc still works on. */
  abandoned(): FakeCall[] {
    return this.calls.filter((call) => call.isCanceled && !this.#over.has(call));
  }

  answer(call: FakeCall, answer: Answer): void {
    this.#over.add(call);
    call.answer(answer);
  }
}

/** The answers are delivered, and what is due at the next tick. */
function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface Waiting {
  /** Absent: a refresh of the cache, which nobody sees. */
  readonly caller: number | undefined;
  readonly endsAt: number;
}

/** Calls for one question, and who waits for their answer. */
interface Work {
  readonly name: string;
  readonly question: object;
  readonly generation: number;
  readonly begun: number;
  readonly deadline: number;
  readonly first: FakeCall;
  readonly out: Set<FakeCall>;
  readonly waiting: Set<Waiting>;
  isOpen: boolean;
  hedges: number;
  failed: Answer | undefined;
  /** When `failed` is taken, though calls are out. */
  failsAt: number;
}

interface Kept {
  readonly result: string;
  readonly freshUntil: number;
  readonly goneAt: number;
}

/** Who must get what: told of the same events, it looks at the calls that are made, and at nothing else. */
class Model {
  readonly expected = new Map<number, string>();
  readonly works = new Set<Work>();
  readonly cache = new Map<string, Kept>();
  readonly #world: World;
  readonly #isCached: boolean;
  #generation = 0;
  #seen = 0;

  constructor(world: World, isCached: boolean) {
    this.#world = world;
    this.#isCached = isCached;
  }

  get #now(): number {
    return this.#world.clock.now();
  }

  /** Takes in the calls since: further ones of a work, or the first call of the one that was announced. */
  observe(announced?: { name: string; waiting: Waiting }): void {
    let due = announced;
    for (const call of this.#world.calls.slice(this.#seen)) {
      if (call.mode.beside || call.mode.rest) {
        if (call.refused === 0) this.#further(call);
        continue;
      }
      if (due === undefined) throw new Error('a call that nobody asked for');
      this.works.add({
        name: due.name,
        question: call.question,
        generation: this.#generation,
        begun: this.#now,
        deadline: due.waiting.endsAt,
        first: call,
        out: new Set([call]),
        waiting: new Set([due.waiting]),
        isOpen: true,
        hedges: 0,
        failed: undefined,
        failsAt: Number.POSITIVE_INFINITY,
      });
      due = undefined;
    }
    this.#seen = this.#world.calls.length;
    expect(due).toBeUndefined();
    for (const work of this.works) if (work.first.hasSteppedAside) work.isOpen = false;
  }

  #further(call: FakeCall): void {
    const work = [...this.works].find((other) => other.question === call.question);
    if (work === undefined) throw new Error('a further call for nobody');
    work.out.add(call);
    if (call.mode.rest && !call.mode.beside) {
      // The rest of the first one's time, once that has ended.
      expect(work.out.has(work.first)).toBe(false);
      expect(work.hedges).toBe(0);
      return;
    }
    work.hedges += 1;
    expect(work.hedges).toBeLessThanOrEqual(MAX_HEDGES);
    expect(this.#now - work.begun).toBeGreaterThanOrEqual(HEDGE);
    // A definite failure is waited for, not hedged.
    expect(work.failsAt).toBe(Number.POSITIVE_INFINITY);
  }

  /** Before the lookup: it joins a work (undefined), or announces a new one. */
  join(name: string, waiting: Waiting): { name: string; waiting: Waiting } | undefined {
    const open = [...this.works].find((work) => work.isOpen && work.name === name);
    open?.waiting.add(waiting);
    return open === undefined ? { name, waiting } : undefined;
  }

  /** After the answer. */
  answered(call: FakeCall, answer: Answer): void {
    const work = [...this.works].find(({ out }) => out.has(call));
    if (work === undefined) throw new Error('an answer to nobody');
    work.out.delete(call);
    this.observe();
    if (isFound(answer)) {
      this.#end(work, answer);
      return;
    }
    const best = work.failed === undefined || isTransient(work.failed) ? answer : work.failed;
    if (work.out.size === 0) {
      this.#end(work, best);
      return;
    }
    if (!isTransient(best) && work.failed !== best) {
      const left = work.deadline - this.#now - BEFORE_DEADLINE;
      work.failsAt = this.#now + Math.max(0, Math.min(FAILURE_PATIENCE, left));
    }
    work.failed = best;
  }

  #end(work: Work, answer: Answer): void {
    this.works.delete(work);
    const result = resultOf(answer);
    for (const waiting of work.waiting) this.settle(waiting, result);
    if (!this.#isCached || isTransient(answer) || work.generation !== this.#generation) return;
    const freshUntil = this.#now + (isFound(answer) ? CACHE.ttl : CACHE.negativeTtl);
    const goneAt = freshUntil + (isFound(answer) ? CACHE.staleTtl : 0);
    this.cache.set(work.name, { result, freshUntil, goneAt });
  }

  settle({ caller }: Waiting, result: string): void {
    if (caller === undefined) return;
    expect(this.expected.has(caller)).toBe(false);
    this.expected.set(caller, result);
  }

  /** Where it was the last, the work ends. */
  leave(work: Work, waiting: Waiting): void {
    work.waiting.delete(waiting);
    if (work.waiting.size === 0) this.works.delete(work);
  }

  /** What is due by now. */
  expire(): void {
    for (const work of [...this.works]) {
      for (const waiting of [...work.waiting]) {
        if (waiting.endsAt > this.#now || work.failsAt < waiting.endsAt) continue;
        this.settle(waiting, 'ETIMEOUT');
        this.leave(work, waiting);
      }
      if (work.failsAt <= this.#now && work.failed !== undefined && this.works.has(work)) {
        this.#end(work, work.failed);
      }
    }
  }

  clear(): void {
    this.cache.clear();
    this.#generation += 1;
    for (const work of this.works) work.isOpen = false;
  }
}

function resultOf(answer: Answer): string {
  if (isFound(answer)) return String(answer.addresses[0]?.address);
  return isTransient(answer) ? 'EAI_AGAIN' : 'ENOTFOUND';
}

/** A pipeline and its model, side by side. */
class Run {
  readonly world: World;
  readonly #model: Model;
  readonly #got = new Map<number, string[]>();
  /** By caller; several may have the same. */
  readonly #controllers: AbortController[] = [];
  readonly #shared = [new AbortController(), new AbortController()];
  #answers = 0;

  constructor(isCached: boolean) {
    this.world = new World({ failover: false, cache: isCached ? { ...CACHE, maxEntries: 100 } : false });
    this.#model = new Model(this.world, isCached);
  }

  /** `timeout` 0: none. `shared`: which signal, if it is one of those that several callers have. */
  lookup(name: string, timeout: number, shared: number): void {
    const caller = this.#controllers.length;
    const { signal } =
      this.#controllers[this.#controllers.push(this.#shared[shared] ?? new AbortController()) - 1] ?? {};
    this.#got.set(caller, []);
    const announced = this.#announce(name, caller, timeout, signal?.aborted === true);
    this.world.pipeline.lookup(
      question({ hostname: name, node: name }),
      { timeout, signal },
      false,
      (error, answer) => this.#got.get(caller)?.push(error === undefined ? resultOf(answer) : codeOf(error)),
    );
    this.#model.observe(announced);
  }

  #announce(name: string, caller: number, timeout: number, isAborted: boolean): ReturnType<Model['join']> {
    const { expected, cache, works } = this.#model;
    const now = this.world.clock.now();
    const kept = cache.get(name);
    if (isAborted) {
      expected.set(caller, 'aborted');
      return undefined;
    }
    if (kept === undefined || now >= kept.goneAt) {
      return this.#model.join(name, {
        caller,
        endsAt: timeout === 0 ? Number.POSITIVE_INFINITY : now + timeout,
      });
    }
    expected.set(caller, kept.result);
    const isRefreshed = [...works].some(
      (work) => work.name === name && [...work.waiting].some((waiting) => waiting.caller === undefined),
    );
    if (now < kept.freshUntil || isRefreshed) return undefined;
    return this.#model.join(name, { caller: undefined, endsAt: now + TIMEOUT });
  }

  answer(pick: number, kind: 'found' | 'nodata' | 'again'): void {
    const out = this.world.out();
    const call = out[pick % Math.max(1, out.length)];
    if (call === undefined) return;
    this.#answers += 1;
    const address = `10.0.${this.#answers >> 8}.${this.#answers % 256}`;
    const answer = { found: found([{ address, family: 4 }]), nodata: NODATA, again: SERVFAIL }[kind];
    this.world.answer(call, answer);
    this.#model.answered(call, answer);
  }

  /** An answer that nobody waits for. */
  answerAbandoned(pick: number, answer: Answer): void {
    const abandoned = this.world.abandoned();
    const call = abandoned[pick % Math.max(1, abandoned.length)];
    if (call !== undefined) this.world.answer(call, answer);
    this.#model.observe();
  }

  abort(pick: number): void {
    const controller = this.#controllers[pick % Math.max(1, this.#controllers.length)];
    for (const work of [...this.#model.works]) {
      for (const waiting of [...work.waiting]) {
        if (waiting.caller === undefined || this.#controllers[waiting.caller] !== controller) continue;
        this.#model.settle(waiting, 'aborted');
        this.#model.leave(work, waiting);
      }
    }
    controller?.abort('aborted');
    this.#model.observe();
  }

  // In single steps, so that the model can look at the clock at each of them.
  advance(ms: number): void {
    for (let step = 0; step < ms; step++) {
      this.world.clock.advance(1);
      // A hedge that is due with the deadline is made before it.
      this.#model.observe();
      this.#model.expire();
    }
  }

  clear(): void {
    this.world.pipeline.clearCache();
    this.#model.clear();
  }

  check(): void {
    const { works, expected } = this.#model;
    for (const [caller, got] of this.#got) {
      const result = expected.get(caller);
      expect(got).toEqual(result === undefined ? [] : [result]);
    }
    const wanted = new Set([...works].flatMap(({ out }) => [...out]));
    expect(new Set(this.world.out())).toEqual(wanted);
    // Nothing of a lookup outlives it: neither a timer nor a listener.
    if (works.size === 0) expect(this.world.clock.pending).toBe(0);
    const waiting = [...this.#got.keys()].filter((caller) => !expected.has(caller));
    const listenedTo = new Set(waiting.map((caller) => this.#controllers[caller]));
    for (const controller of this.#controllers) {
      const listeners = getEventListeners(controller.signal, 'abort').length;
      expect(listeners).toBe(listenedTo.has(controller) ? 1 : 0);
    }
    this.#checkStats(waiting.length);
  }

  #checkStats(pending: number): void {
    const stats = this.world.pipeline.stats();
    const results = [...this.#model.expected.values()];
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

  /** Answers whatever is still out; then everybody has been told. */
  async finish(): Promise<void> {
    while (this.world.out().length > 0) this.answer(0, 'found');
    await flush();
    this.advance(TIMEOUT + 1);
    this.check();
    expect([...this.#got.values()].every((got) => got.length === 1)).toBe(true);
    expect(this.world.pipeline.stats().pending).toBe(0);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

type Step = (run: Run) => void;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.nat(2),
        fc.oneof(
          { weight: 8, arbitrary: fc.integer({ min: 5, max: 700 }) },
          { weight: 1, arbitrary: fc.integer({ min: 1000, max: 3000 }) },
          { weight: 1, arbitrary: fc.constant(0) },
        ),
        fc.nat(3),
      )
      .map(([name, timeout, shared]) =>
        named(`lookup(name${name}, ${timeout}, ${shared})`, (run) =>
          run.lookup(`name${name}`, timeout, shared),
        ),
      ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.nat(20), fc.constantFrom('found', 'found', 'nodata', 'again'))
      .map(([pick, kind]) => named(`answer(${pick}, ${kind})`, (run) => run.answer(pick, kind))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(20), fc.constantFrom(A, NODATA, SERVFAIL))
      .map(([pick, answer]) =>
        named(`answerAbandoned(${pick}, ${answer.errno})`, (run) => run.answerAbandoned(pick, answer)),
      ),
  },
  { weight: 1, arbitrary: fc.nat(50).map((pick) => named(`abort(${pick})`, (run) => run.abort(pick))) },
  {
    weight: 3,
    arbitrary: fc
      .integer({ min: 1, max: 250 })
      .map((ms) => named(`advance(${ms})`, (run) => run.advance(ms))),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map((refuses) =>
      named(`refusesHedges = ${refuses}`, (run) => {
        run.world.refusesHedges = refuses;
      }),
    ),
  },
  { weight: 1, arbitrary: fc.constant(named('clear()', (run) => run.clear())) },
);

/** A counterexample is printed as the calls that it makes. */
function named(text: string, work: Step): Step {
  return Object.assign(work, { toString: () => text });
}

test('any mix of joins, aborts, deadlines, hedges, cache expiries and answers settles each caller once', async () => {
  const steps = fc.array(step, { minLength: 5, maxLength: 60 });
  const property = fc.asyncProperty(fc.boolean(), steps, async (isCached, all) => {
    const run = new Run(isCached);
    for (const one of all) {
      one(run);
      await flush();
      run.check();
    }
    await run.finish();
  });
  await fc.assert(property, { numRuns: RUNS });
});

const candidates = ['name.one.test.', 'name.'];
const course = fc.constantFrom<Course[]>(
  { kind: 'system' },
  ...(['system-with-rescue', 'first', 'walk'] as const).flatMap((kind) => [
    { kind, candidates, asksOneByOne: false },
    { kind, candidates, asksOneByOne: true },
  ]),
);

const asked = fc.constantFrom<Pick<AddressQuestion, 'families' | 'family'>[]>(
  ...(['ipv4-only', 'ipv4-first', 'dual', 'system'] as const).map((families) => ({
    families,
    family: 0 as const,
  })),
  ...([4, 6] as const).map((family) => ({ families: undefined, family })),
);

test('whatever callbacks do (look up, abort, clear the cache), each caller is called once, nothing is left', async () => {
  const cases = fc.record({
    isCached: fc.boolean(),
    course,
    asked,
    reactions: fc.array(fc.constantFrom('none', 'lookup', 'abort', 'abort all', 'clear'), {
      minLength: 10,
      maxLength: 40,
    }),
    steps: fc.array(fc.tuple(fc.nat(3), fc.nat(300), fc.constantFrom(A, AAAA, SERVFAIL, NODATA, NXDOMAIN)), {
      minLength: 5,
      maxLength: 40,
    }),
  });
  const property = fc.asyncProperty(cases, async ({ isCached, reactions, steps, ...how }) => {
    const world = new World({ cache: isCached ? { ...CACHE, maxEntries: 2 } : false, maxPending: 6 });
    world.course = how.course;
    const { pipeline, clock } = world;
    const controllers = [new AbortController(), new AbortController()];
    const told: number[] = [];
    const lookup = (name: number): void => {
      const caller = told.push(0) - 1;
      const node = `name${name % 3}`;
      const limits = { signal: controllers[caller % 3]?.signal, timeout: 400 };
      pipeline.lookup(question({ hostname: node, node, ...how.asked }), limits, false, () => {
        told[caller] = (told[caller] ?? 0) + 1;
        const reaction = reactions[caller];
        if (reaction === 'lookup') lookup(name);
        if (reaction === 'abort') controllers[name % 2]?.abort('aborted');
        if (reaction === 'abort all') for (const controller of controllers) controller.abort('aborted');
        if (reaction === 'clear') pipeline.clearCache();
      });
    };
    // Answers come in batches: a call that was cancelled meanwhile is for nobody.
    const answer = async (it: Answer): Promise<void> => {
      for (const call of world.out()) world.answer(call, it);
      await flush();
    };
    for (const [kind, number, it] of steps) {
      if (kind < 2) for (let name = 0; name <= kind; name++) lookup(number + name);
      else if (kind === 2) await answer(it);
      else clock.advance(number);
      await flush();
    }
    // A callback may ask anew, forty times at most.
    for (let turn = 0; pipeline.stats().pending + world.out().length > 0; turn++) {
      expect(turn).toBeLessThan(1000);
      await answer(A);
      clock.advance(10);
      await flush();
    }
    expect(told.every((times) => times === 1)).toBe(true);
    expect(clock.pending).toBe(0);
    const { started, answered, failed, aborted } = pipeline.stats();
    const failures = Object.values(failed).reduce((sum, count) => sum + count, 0);
    expect([started, answered + failures + aborted]).toEqual([told.length, told.length]);
    for (const { signal } of controllers) expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
  await fc.assert(property, { numRuns: RUNS });
});
