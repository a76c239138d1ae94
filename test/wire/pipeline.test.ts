import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { promisify } from 'node:util';
import { beforeAll, expect, test, vi } from 'vitest';
import { Resolver, threadStats } from '../../src/index';
import { runNode } from '../support/child';
import { describeInSandbox, typesAsked, uniqueName } from '../support/sandbox/in-sandbox';

const sleep = promisify(setTimeout);

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error) => error.code,
  );
}

describeInSandbox('shared lookups', () => {
  test('100 equal lookups at once are one query, and 100 answers of their own', async () => {
    const resolver = new Resolver({ hedge: false });
    const name = uniqueName('a-10-1-2-3.delay-50');
    const lookup = promisify(resolver.lookup);
    const answers = await Promise.all(Array.from({ length: 100 }, () => lookup(name, { all: true })));
    expect(typesAsked(name)).toEqual(['A']);
    expect(answers).toHaveLength(100);
    expect(new Set(answers).size).toBe(100);
    expect(new Set(answers.map(([first]) => first)).size).toBe(100);
    expect(resolver.stats()).toMatchObject({ started: 100, answered: 100, coalesced: 99 });
  });

  test('lookups that differ in family, all or order share only what is the same query', async () => {
    const resolver = new Resolver({ hedge: false });
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1.delay-50');
    const lookup = promisify(resolver.lookup);
    await Promise.all([
      lookup(name),
      lookup(name, { all: true }),
      lookup(name, { all: true, order: 'ipv4first' }),
      lookup(name, { family: 6 }),
      resolver.lookup4(name),
    ]);
    // lookup (ipv4-first), lookup4 (ipv4-only): each its own; family 6.
    expect(typesAsked(name).sort()).toEqual(['A', 'A', 'AAAA']);
  });

  test("a host or service by the name of 'null' is not the absent one", async () => {
    const { getaddrinfo } = new Resolver({ cache: { ttl: 60_000 } });
    const both = await Promise.allSettled([getaddrinfo(null, 80), getaddrinfo('null', 80)]);
    expect(both).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'ENOTFOUND' } }]);
    expect(await codeOf(getaddrinfo('null', 80))).toBe('ENOTFOUND');
    const name = uniqueName('a-10-1-2-3');
    const portOf = (service: string | null): Promise<unknown> =>
      getaddrinfo(name, service).then(
        ([first]) => first?.port,
        (error) => error.code,
      );
    expect(await portOf(null)).toBe(0);
    expect(await portOf('null')).not.toBe(0); // EAI_SERVICE, or 9 where /etc/services has that alias.
  });
});

describeInSandbox('cache', () => {
  test('a cached answer is served without a query until its ttl is over', async () => {
    const resolver = new Resolver({ cache: { ttl: 300 }, hedge: false });
    const name = uniqueName('a-10-1-2-3');
    await resolver.lookup4(name);
    const one = await resolver.lookup4(name, { all: true });
    one.push('changed');
    expect(await resolver.lookup4(name, { all: true })).toEqual(['10.1.2.3']);
    expect(typesAsked(name)).toEqual(['A']);
    await sleep(350);
    await resolver.lookup4(name);
    expect(typesAsked(name)).toEqual(['A', 'A']);
    expect(resolver.stats().cache).toEqual({ hits: 2, stale: 0, misses: 2, entries: 1 });
  });

  test('clearCache forgets one name in all its queries, or everything', async () => {
    const resolver = new Resolver({ cache: { ttl: 60_000 }, hedge: false });
    const lookup = promisify(resolver.lookup);
    const [one, two] = [uniqueName('a-10-1-2-3'), uniqueName('a-10-1-2-4')];
    const all = async (): Promise<void> => {
      await Promise.all([resolver.lookup4(one), lookup(one), resolver.lookup4(two)]);
    };
    await all();
    resolver.clearCache(one.toUpperCase());
    expect(resolver.stats().cache.entries).toBe(1);
    await all();
    expect([typesAsked(one).length, typesAsked(two).length]).toEqual([4, 1]);
    resolver.clearCache();
    expect(resolver.stats().cache.entries).toBe(0);
  });
});

describeInSandbox('maxPending', () => {
  test('100,000 lookups pushed at once are bounded, and the memory comes back', async () => {
    const name = uniqueName('drop');
    const source = `
      const { Resolver } = require('./dist');
      const resolver = new Resolver({ timeout: 1500, hedge: false });
      const push = async () => {
        const codes = {};
        await Promise.all(Array.from({ length: 100000 }, (_, n) => resolver.lookup4('n' + n + '.${name}').catch(
          ({ code }) => { codes[code] = (codes[code] ?? 0) + 1; })));
        return codes;
      };
      const resident = async () => {
        // V8 gives pages back a moment after it has collected.
        for (let n = 0; n < 4; n++) {
          gc();
          await new Promise((go) => setTimeout(go, 100));
        }
        return process.memoryUsage().rss;
      };
      (async () => {
        await push();
        const before = await resident();
        const codes = await push();
        const grown = ((await resident()) - before) / 2 ** 20;
        console.log(JSON.stringify({ codes, grown, pending: resolver.stats().pending }));
      })();`;
    const { stdout, stderr } = await runNode(['--expose-gc', '-e', source], 170_000);
    expect(stderr).toBe('');
    const { codes, grown, pending } = JSON.parse(stdout);
    // What libc says while the loop is busy comes before the deadline, which is late then.
    expect(codes.EAI_AGAIN + codes.ETIMEOUT).toBe(100_000);
    expect(codes.EAI_AGAIN).toBeGreaterThanOrEqual(90_000);
    expect(codes.EAI_AGAIN).toBeLessThan(90_100);
    expect(pending).toBe(0);
    expect(grown).toBeLessThan(20);
  }, 180_000);
});

describeInSandbox('diagnostics', () => {
  // Threads still in the calls of an earlier test would count against hardMax.
  beforeAll(() => vi.waitUntil(() => threadStats().slow === 0, 14_000));

  test('stats counts each lookup once, by how it ended', async () => {
    const resolver = new Resolver({ hedge: false });
    await Promise.all([
      resolver.lookup4(uniqueName('a-10-1-2-3')),
      codeOf(resolver.lookup4(uniqueName('nxdomain'))),
      codeOf(resolver.lookup4(uniqueName('servfail'))),
      codeOf(resolver.lookup4(uniqueName('drop'), { timeout: 300 })),
      codeOf(resolver.lookup4(uniqueName('drop'), { signal: AbortSignal.timeout(100) })),
    ]);
    const stats = resolver.stats();
    expect(stats).toMatchObject({
      started: 5,
      answered: 1,
      failed: { ENOTFOUND: 1, EAI_AGAIN: 1, ETIMEOUT: 1 },
      timedOut: 1,
      aborted: 1,
      pending: 0,
    });
    expect(stats.latency.count).toBe(5);
    expect(stats.latency.max).toBeGreaterThanOrEqual(299);
    expect(stats.threads.threads).toBeGreaterThan(0);
  });

  test('the channel addrinfo:lookup publishes name, policy, addresses, duration, attempts and source', async () => {
    const seen: [string, Record<string, unknown>][] = [];
    const phases = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'];
    const listeners = phases.map((phase) => {
      const listener = (message: unknown): void => {
        if (typeof message === 'object') seen.push([phase, { ...message }]);
      };
      subscribe(`tracing:addrinfo:lookup:${phase}`, listener);
      return [`tracing:addrinfo:lookup:${phase}`, listener] as const;
    });
    const resolver = new Resolver({ cache: { ttl: 60_000 }, hedge: 100 });
    const name = uniqueName('a-10-1-2-3.drop-first-1');
    const missing = uniqueName('nxdomain');
    try {
      await Promise.all([resolver.lookup4(name), resolver.lookup4(name)]);
      await resolver.lookup4(name);
      await codeOf(resolver.lookup4(missing));
    } finally {
      for (const [channel, listener] of listeners) unsubscribe(channel, listener);
    }
    const ended = seen.filter(([phase]) => phase === 'asyncEnd').map(([, trace]) => trace);
    const common = { hostname: name, families: 4, addresses: ['10.1.2.3'] };
    expect(ended).toMatchObject([
      { ...common, source: 'wire', attempts: 2, duration: expect.any(Number) },
      { ...common, source: 'shared', attempts: 0 },
      { ...common, source: 'cache', attempts: 0 },
      { hostname: missing, source: 'wire', attempts: 1, error: { code: 'ENOTFOUND' } },
    ]);
    const ofMissing = seen.filter(([, { hostname }]) => hostname === missing).map(([phase]) => phase);
    expect(ofMissing).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd']);
    await resolver.lookup4(name);
    expect(seen.filter(([phase]) => phase === 'asyncEnd')).toHaveLength(4);
  });

  test('the async context of the first lookup is not kept in memory', async () => {
    const script = `
      const { AsyncLocalStorage } = require('node:async_hooks');
      const { lookup4 } = require('./dist/index.js');
      const store = new AsyncLocalStorage();
      let context = { of: 'a request' };
      const kept = new WeakRef(context);
      store.run(context, () => lookup4('localhost')).then(async () => {
        context = undefined;
        await new Promise((resolve) => setTimeout(resolve, 50));
        gc();
        await lookup4('localhost');
        console.log(kept.deref() === undefined ? 'gone' : 'kept');
      });`;
    const { stdout } = await runNode(['--expose-gc', '-e', script]);
    expect(stdout).toBe('gone\n');
  });

  test('the channel addrinfo:lookup publishes each phase in the async context of its lookup', async () => {
    const store = new AsyncLocalStorage<string>();
    const seen: [string, unknown][] = [];
    const phases = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'];
    const listeners = phases.map((phase) => {
      const listener = (): void => void seen.push([phase, store.getStore()]);
      subscribe(`tracing:addrinfo:lookup:${phase}`, listener);
      return [`tracing:addrinfo:lookup:${phase}`, listener] as const;
    });
    const resolver = new Resolver();
    try {
      await store.run('first', () => resolver.lookup4('localhost'));
      await store.run('second', () => codeOf(resolver.lookup4(uniqueName('nxdomain'))));
      await store.run('third', () => promisify(resolver.lookup)('localhost'));
    } finally {
      for (const [channel, listener] of listeners) unsubscribe(channel, listener);
    }
    const answered = ['start', 'end', 'asyncStart', 'asyncEnd'];
    expect(seen).toEqual([
      ...answered.map((phase) => [phase, 'first']),
      ...['start', 'end', 'error', 'asyncStart', 'asyncEnd'].map((phase) => [phase, 'second']),
      ...answered.map((phase) => [phase, 'third']),
    ]);
  });
});
