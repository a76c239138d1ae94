import { expect, test } from 'vitest';
import { describeInSandbox, uniqueName } from '../support/sandbox/in-sandbox';
import { reportOf, runGuest } from './guest';

/** A resolver with 400 stale names, whose nameserver has stopped answering for them. Each refresh is one call. */
const STALE = `
  const resolver = new addrinfo.Resolver({ hedge: false, cache: { ttl: 1, staleTtl: 1e6 }, maxPending: 10 });
  const names = Array.from({ length: 400 }, (_, n) => 'n' + n + '.' + NAME);
  const inTens = async () => {
    const answers = [];
    for (let at = 0; at < names.length; at += 10) {
      answers.push(...await Promise.all(names.slice(at, at + 10).map((name) => resolver.lookup4(name))));
    }
    return answers;
  };
  await inTens();
  await sleep(20);
`;

describeInSandbox('400 stale names asked for ten at a time, with maxPending 10', () => {
  const name = (): string => uniqueName('a-10-1-2-3.drop-after-1');

  test('are all served, and no more than 10 are refreshed at a time', async () => {
    const report = await reportOf(`
      const NAME = '${name()}';
      ${STALE}
      const answers = new Set(await inTens());
      const { queued, running, slow } = addrinfo.threadStats();
      const { pending, cache } = resolver.stats();
      report({ answers: [...answers], stale: cache.stale, refreshing: queued + running + slow, pending });
      process.exit();
    `);
    expect(report).toMatchObject({ answers: ['10.1.2.3'], stale: 400 });
    expect(report).toHaveProperty(
      'refreshing',
      expect.toSatisfy((count: number) => count <= 10),
    );
    expect(report).toHaveProperty(
      'pending',
      expect.toSatisfy((count: number) => count <= 10),
    );
  });

  test("do not delay another resolver's lookup", async () => {
    const report = await reportOf(`
      const NAME = '${name()}';
      ${STALE}
      await inTens();
      const begun = performance.now();
      await new addrinfo.Resolver().lookup4('${uniqueName('a-10-1-2-3')}');
      report(performance.now() - begun);
      process.exit();
    `);
    expect(report).toBeLessThan(250);
  });

  test('do not keep the process alive', async () => {
    const { report, stderr, code, ms } = await runGuest(`
      const NAME = '${name()}';
      ${STALE}
      await inTens();
      report(performance.now());
    `);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(ms - Number(report)).toBeLessThan(1500);
  });
});
