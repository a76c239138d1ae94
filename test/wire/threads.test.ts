import { expect, test } from 'vitest';
import { setThreads, threadStats } from '../../src/index';
import { runScript } from '../support/child';
import { describeInSandbox, uniqueName } from '../support/sandbox/in-sandbox';

/** Runs a script with the built package in scope; it prints one JSON document. */
async function measure(source: string): Promise<Record<string, number>> {
  const prelude = `
    const addrinfo = require('./dist');
    const dns = require('node:dns');
    const { promisify } = require('node:util');
    const nodeLookup = promisify(dns.lookup);
    const timed = async (work) => { const begun = performance.now(); await work(); return performance.now() - begun; };
    const report = (figures) => { console.log(JSON.stringify(figures)); process.exit(0); };
  `;
  const { stdout, stderr } = await runScript(`${prelude}(async () => {${source}})();`, 60_000);
  if (stderr !== '') throw new Error(stderr);
  const figures: Record<string, number> = JSON.parse(stdout);
  return figures;
}

describeInSandbox('threads of our own', () => {
  test('48 lookup4 of names that take 100 ms share 16 threads, while 8 names never answer', async () => {
    const [slow, dead] = [uniqueName('a-10-1-2-3.delay-100'), uniqueName('drop')];
    const { ours = 0, node = 0 } = await measure(`
      const resolver = new addrinfo.Resolver({ hedge: 300 });
      for (let n = 0; n < 8; n++) resolver.lookup4('dead' + n + '.${dead}').catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 400));
      const all = (lookup, tag) => timed(() => Promise.all(
        Array.from({ length: 48 }, (_, n) => lookup(tag + n + '.${slow}'))));
      const ours = await all(resolver.lookup4, 'ours');
      const node = await all((name) => nodeLookup(name, { family: 4 }), 'node');
      report({ ours, node });
    `);
    // 16 at a time: 3 rounds of 100 ms. Node: 2 at a time, 24 rounds.
    expect(ours).toBeGreaterThan(280);
    expect(node / ours).toBeGreaterThan(3);
  });

  test('while 16 lookups hang, fs, crypto and dns.lookup of a healthy name run as if they did not', async () => {
    const [healthy, dead] = [uniqueName('a-10-1-2-3'), uniqueName('drop')];
    const {
      before = 0,
      during = 0,
      hanging = 0,
    } = await measure(`
      const { readFile } = require('node:fs/promises');
      const pbkdf2 = promisify(require('node:crypto').pbkdf2);
      let round = 0;
      const work = async () => {
        for (let n = 0; n < 10; n++) {
          round += 1;
          await Promise.all([
            readFile('package.json'),
            pbkdf2('secret', 'salt', 20000, 32, 'sha256'),
            nodeLookup('healthy' + round + '.${healthy}', { family: 4 }),
          ]);
        }
      };
      await work();
      const before = await timed(work);
      for (let n = 0; n < 16; n++) addrinfo.lookup4('dead' + n + '.${dead}').catch(() => {});
      const during = await timed(work);
      const hanging = () => addrinfo.threadStats().running + addrinfo.threadStats().slow;
      for (let n = 0; n < 100 && hanging() < 16; n++) await new Promise((done) => setTimeout(done, 20));
      report({ before, during, hanging: hanging() });
    `);
    expect(hanging).toBeGreaterThanOrEqual(16);
    expect(during / before).toBeLessThan(4);
  });

  test("while pbkdf2 and fs fill Node's pool, lookup4 runs as if they did not", async () => {
    const healthy = uniqueName('a-10-1-2-3.delay-5');
    const { ours = 0, node = 0 } = await measure(`
      const { readFile } = require('node:fs/promises');
      const pbkdf2 = promisify(require('node:crypto').pbkdf2);
      const busy = [];
      for (let n = 0; n < 8; n++) {
        busy.push(pbkdf2('secret', 'salt', 600000, 32, 'sha256'), readFile('package.json'));
      }
      const [ours, node] = await Promise.all([
        timed(() => addrinfo.lookup4('ours.${healthy}')),
        timed(() => nodeLookup('node.${healthy}', { family: 4 })),
      ]);
      await Promise.all(busy);
      report({ ours, node });
    `);
    expect(node / ours).toBeGreaterThan(2);
  });

  test('a script that resolves one name ends right after, with threads still idle', async () => {
    const name = uniqueName('a-10-1-2-3');
    const { code, stdout, ms } = await runScript(`
      const { lookup4, setThreads } = require('./dist');
      setThreads({ idleTimeout: 60000 });
      lookup4('${name}').then(console.log);`);
    expect([code, stdout]).toEqual([0, '10.1.2.3\n']);
    expect(ms).toBeLessThan(5000);
  });

  test('a pending lookup keeps the process alive until it is answered', async () => {
    const name = uniqueName('a-10-1-2-3.delay-700');
    const { stdout, ms } = await runScript(`require('./dist').lookup4('${name}').then(console.log)`);
    expect(stdout).toBe('10.1.2.3\n');
    expect(ms).toBeGreaterThan(700);
  });

  test('an abandoned lookup does not keep the process alive', async () => {
    const name = uniqueName('drop');
    const { code, stdout, ms } = await runScript(`
      require('./dist').lookup4('${name}', { timeout: 300 }).catch((error) => console.log(error.code));`);
    expect([code, stdout]).toEqual([0, 'ETIMEOUT\n']);
    expect(ms).toBeLessThan(2500);
  });

  test('process.exit with 16 lookups hanging exits at once, where dns.lookup waits for its own', async () => {
    const name = uniqueName('a-10-1-2-3.delay-2500');
    const exitAfter = (start: string) =>
      runScript(`${start} setTimeout(() => process.exit(3), 300);`).then(({ code, ms }) => ({ code, ms }));
    const ours = await exitAfter(`
      const { lookup4 } = require('./dist');
      for (let n = 0; n < 16; n++) lookup4('ours' + n + '.${name}');`);
    const node = await exitAfter(`require('node:dns').lookup('node.${name}', { family: 4 }, () => {});`);
    expect([ours.code, node.code]).toEqual([3, 3]);
    expect(ours.ms).toBeLessThan(2000);
    expect(node.ms).toBeGreaterThan(2400);
  });
});

test('setThreads with a bad bound throws a TypeError that names it, and nothing changes', () => {
  const before = threadStats();
  const set = (options: unknown) => () => Reflect.apply(setThreads, undefined, [options]);
  expect(set({ max: 0 })).toThrow('options.max must be a whole number from 1 to 4096, got 0');
  expect(set({ max: 8, hardMax: 4 })).toThrow('options.hardMax must be a whole number from 8 to 4096, got 4');
  expect(set({ idleTimeout: '1' })).toThrow('options.idleTimeout must be a number of milliseconds');
  expect(set({ threads: 4 })).toThrow("options has no option 'threads'; it has max, hardMax, idleTimeout");
  expect(threadStats()).toEqual(before);
});
