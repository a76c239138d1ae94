import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { Resolver, threadStats } from '../../src/index';
import { runNode } from '../support/child';
import {
  describeInSandbox,
  queriesFor,
  restoreEtc,
  uniqueName,
  writeResolvConf,
} from '../support/sandbox/in-sandbox';

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const begun = performance.now();
  return { result: await work(), ms: performance.now() - begun };
}

/** libc gives a dead name up after a second and its thread comes back, where it would need ten. */
function useImpatientLibc(): void {
  beforeAll(() => writeResolvConf('nameserver 127.0.0.1\noptions timeout:1 attempts:1'));
  afterAll(restoreEtc);
}

describeInSandbox('hedge', () => {
  useImpatientLibc();

  test('lookup4 whose first packet is lost is answered after hedge, from another source port', async () => {
    const resolver = new Resolver({ hedge: 250 });
    const name = uniqueName('a-10-1-2-3.drop-first-1');
    const { result, ms } = await timed(() => resolver.lookup4(name));
    expect(result).toBe('10.1.2.3');
    expect(ms).toBeGreaterThan(245);
    expect(ms).toBeLessThan(1000);
    const [first, second] = queriesFor(name);
    expect(second?.port).not.toBe(first?.port);
    expect(resolver.stats()).toMatchObject({ stalled: 1, hedged: 1, hedgeWins: 1, answered: 1 });
  });
});

describeInSandbox('deadline and abort', () => {
  useImpatientLibc();

  test('lookup4 on a dead nameserver rejects with ETIMEOUT at the deadline, and its threads come back', async () => {
    const resolver = new Resolver({ timeout: 500 });
    const name = uniqueName('drop');
    const { result, ms } = await timed(() => resolver.lookup4(name).catch((error) => error));
    expect(result).toMatchObject({
      code: 'ETIMEOUT',
      errno: undefined,
      syscall: 'getaddrinfo',
      hostname: name,
      message: `getaddrinfo ETIMEOUT ${name}`,
    });
    expect(Object.keys(result)).toEqual(['errno', 'code', 'syscall', 'hostname']);
    expect(ms).toBeGreaterThan(490);
    expect(ms).toBeLessThan(1000);
    expect(resolver.stats()).toMatchObject({ timedOut: 1, failed: { ETIMEOUT: 1 }, pending: 0 });
    await vi.waitUntil(() => threadStats().abandoned === 0, 14_000);
    expect(threadStats()).toMatchObject({ running: 0, slow: 0 });
  });

  test('10,000 lookups aborted in mid-flight leave no call, no listener and no thread behind', async () => {
    const resolver = new Resolver({ maxPending: 10_000, hedge: false });
    const controller = new AbortController();
    const name = uniqueName('drop');
    const settled = Promise.allSettled(
      Array.from({ length: 10_000 }, (_, n) =>
        resolver.lookup4(`n${n}.${name}`, { signal: controller.signal }),
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(threadStats().queued).toBeGreaterThan(9000);
    controller.abort();
    const results = await settled;
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    const { aborted, failed, pending } = resolver.stats();
    // On a busy machine libc gives up some of those that run before the abort.
    expect(aborted).toBeGreaterThan(9000);
    expect(aborted + (failed['EAI_AGAIN'] ?? 0)).toBe(10_000);
    expect(pending).toBe(0);
    expect(threadStats().queued).toBe(0);
    // What runs goes on beside the count: a healthy name is answered meanwhile.
    expect(await resolver.lookup4(uniqueName('a-10-1-2-3'))).toBe('10.1.2.3');
    await vi.waitUntil(() => threadStats().slow === 0, 14_000);
  });
});

describeInSandbox('what aborted lookups leave behind', () => {
  useImpatientLibc();

  test('10,000 lookups aborted in mid-flight, again and again: every callback once, memory and descriptors flat', async () => {
    const { stdout, stderr } = await runNode(
      [
        '--expose-gc',
        '-e',
        `const { readdirSync } = require('node:fs');
         const { Resolver, threadStats } = require('./dist');
         const { lookup } = new Resolver({ hedge: 20, timeout: 1000 });
         const idle = async () => {
           while (threadStats().slow + threadStats().running > 0) await new Promise((go) => setTimeout(go, 50));
         };
         const state = async () => {
           // V8 gives pages back a moment after it has collected.
           for (let n = 0; n < 4; n++) {
             gc();
             await new Promise((go) => setTimeout(go, 100));
           }
           return {
             rss: process.memoryUsage().rss,
             descriptors: readdirSync('/proc/self/fd').length,
             resources: process.getActiveResourcesInfo().sort().join(),
           };
         };
         const round = async () => {
           const controller = new AbortController();
           const calls = new Array(10000).fill(0);
           const { signal } = controller;
           for (const n of calls.keys()) lookup('n' + n + '.${uniqueName('drop')}', { signal }, () => calls[n]++);
           await new Promise((go) => setTimeout(go, 60));
           controller.abort();
           await idle();
           return calls.every((count) => count === 1);
         };
         (async () => {
           const once = [await round(), await round()];
           const before = await state();
           for (let n = 0; n < 4; n++) once.push(await round());
           console.log(JSON.stringify({ once, before, after: await state() }));
         })();`,
      ],
      110_000,
    );
    expect(stderr).toBe('');
    const { once, before, after } = JSON.parse(stdout);
    expect(once).toEqual(Array(6).fill(true));
    expect(after).toEqual({ ...before, rss: expect.any(Number) });
    const grown = (after.rss - before.rss) / 2 ** 20;
    expect(grown).toBeLessThan(20);
  }, 120_000);
});

describeInSandbox('one slow name never delays another', () => {
  useImpatientLibc();
  // Threads still in the calls of an earlier test would count against hardMax.
  beforeEach(() => vi.waitUntil(() => threadStats().slow === 0, 14_000));

  test('a healthy lookup4 behind 8 dead names is not delayed', async () => {
    const resolver = new Resolver({ timeout: 1500 });
    const dead = uniqueName('drop');
    const hanging = Array.from({ length: 8 }, (_, n) => resolver.lookup4(`n${n}.${dead}`).catch(() => {}));
    const { ms } = await timed(() => resolver.lookup4(uniqueName('a-10-1-2-3')));
    expect(ms).toBeLessThan(1000);
    await Promise.all(hanging);
  });

  test('a healthy lookup4 behind 100 dead names waits about hedge', async () => {
    const resolver = new Resolver({ timeout: 3000 });
    const dead = uniqueName('drop');
    const hanging = Array.from({ length: 100 }, (_, n) => resolver.lookup4(`n${n}.${dead}`).catch(() => {}));
    const { ms } = await timed(() => resolver.lookup4(uniqueName('a-10-1-2-3')));
    expect(ms).toBeGreaterThan(250);
    expect(ms).toBeLessThan(300 + 1200); // Where nothing else runs, 310.
    await Promise.all(hanging);
  });
});

// With libc's own patience: on a busy machine the nameserver too may be late.
describeInSandbox('5 % of packets lost', () => {
  test('2,000 lookup4 all answered within twice hedge and a round trip', async () => {
    const resolver = new Resolver({ hedge: 300 });
    const slowest = { lossy: 0, lossless: 0 };
    const time = async (kind: keyof typeof slowest, name: string): Promise<void> => {
      const { ms } = await timed(() => resolver.lookup4(name));
      slowest[kind] = Math.max(slowest[kind], ms);
    };
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < 2000) {
        next += 1;
        // Always the same losses, once and twice in a row but never thrice: a unique name would draw anew, and
        // one run in five would lose all three packets of some lookup.
        await time('lossy', `n${next}.a-10-1-2-3.loss-5-seed-1.delay-5.test`);
      }
    };
    const control = async (): Promise<void> => {
      while (next < 2000) await time('lossless', uniqueName('a-10-1-2-3.delay-5'));
    };
    await Promise.all([control(), ...Array.from({ length: 16 }, worker)]);
    expect(resolver.stats()).toMatchObject({ failed: {} });
    expect(resolver.stats().hedgeWins).toBeGreaterThan(50);
    // Where nothing else runs, a lossless one takes 10 ms.
    expect(slowest.lossy).toBeLessThan(2 * 300 + 400 + 2 * slowest.lossless);
  });
});
