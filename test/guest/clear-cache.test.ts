import { expect, test } from 'vitest';
import { describeInSandbox, typesAsked, uniqueName } from '../support/sandbox/in-sandbox';
import { reportOf } from './guest';

const RESOLVER = 'const resolver = new addrinfo.Resolver({ cache: { ttl: 1e6 }, hedge: false });';

describeInSandbox('clearCache', () => {
  test("of one name keeps another's answer that is on its way", async () => {
    const name = uniqueName('a-10-1-2-3.delay-200');
    await reportOf(`
      ${RESOLVER}
      const first = resolver.lookup4('${name}');
      resolver.clearCache('other.${name}');
      await first;
      await resolver.lookup4('${name}');
    `);
    expect(typesAsked(name)).toEqual(['A']);
  });

  test.each([
    ['of the name', (name: string) => `'${name}'`],
    ['of everything', () => ''],
  ])('%s does not keep the answer that is on its way', async (_what, args) => {
    const name = uniqueName('a-10-1-2-3.delay-200');
    await reportOf(`
      ${RESOLVER}
      const first = resolver.lookup4('${name}');
      resolver.clearCache(${args(name)});
      await first;
      await resolver.lookup4('${name}');
    `);
    expect(typesAsked(name)).toEqual(['A', 'A']);
  });

  test.each([
    ['of the name', (name: string) => `'${name}'`],
    ['of everything', () => ''],
  ])('%s: a lookup after it asks afresh, and its answer is kept', async (_what, args) => {
    const name = uniqueName('a-10-1-2-3.delay-200');
    const report = await reportOf(`
      ${RESOLVER}
      const first = resolver.lookup4('${name}');
      await sleep(50);
      resolver.clearCache(${args(name)});
      await Promise.all([first, resolver.lookup4('${name}')]);
      await resolver.lookup4('${name}');
      report(resolver.stats().coalesced);
    `);
    expect(report).toBe(0);
    expect(typesAsked(name)).toEqual(['A', 'A']);
  });

  test('of another name lets a lookup join the one under way', async () => {
    const name = uniqueName('a-10-1-2-3.delay-200');
    await reportOf(`
      ${RESOLVER}
      const first = resolver.lookup4('${name}');
      resolver.clearCache('other.${name}');
      await Promise.all([first, resolver.lookup4('${name}')]);
    `);
    expect(typesAsked(name)).toEqual(['A']);
  });
});
