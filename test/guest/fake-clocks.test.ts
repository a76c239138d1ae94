import { describe, expect, test } from 'vitest';
import { describeUnless } from '../support/describe-unless';
import { describeInSandbox, uniqueName } from '../support/sandbox/in-sandbox';
import { fixtures, missingFixtures } from './fixtures.mjs';
import { reportOf } from './guest';

/** The clocks that tests fake, by what sets `tick` and `restore` up. */
const clocks = {
  'node:test': {
    setUp: `
      const { mock } = require('node:test');
      mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] });
      const tick = (ms) => mock.timers.tick(ms);
      const restore = () => mock.timers.reset();
    `,
    missing: undefined,
    cwd: undefined,
  },
  sinon: {
    setUp: `
      const clock = require('sinon').useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval',
        'clearInterval', 'setImmediate', 'clearImmediate', 'Date', 'performance', 'hrtime', 'nextTick', 'queueMicrotask'] });
      const tick = (ms) => clock.tick(ms);
      const restore = () => clock.restore();
    `,
    missing: missingFixtures,
    cwd: fixtures,
  },
} as const;

describe.each(Object.entries(clocks))('a clock faked by %s', (_name, { setUp, missing, cwd }) => {
  const run = (source: string) =>
    reportOf(`const realSetTimeout = setTimeout;\n${source.replace('SET_UP', setUp)}`, {
      flags: ['--no-warnings'],
      ...(cwd && { cwd }),
    });

  describeUnless(missing, 'its packages', () => {
    describeInSandbox('with a lookup pending', () => {
      test.each([
        ['lookup', 'call(addrinfo.lookup, NAME, 4)'],
        ['lookup4', 'settled(addrinfo.lookup4(NAME))'],
        ['lookup4 with a cache', 'settled(new addrinfo.Resolver({ cache: { ttl: 1000 } }).lookup4(NAME))'],
      ])('%s goes on when the clock is ticked past the deadline, and is answered', async (_what, ask) => {
        const report = await run(`
          const NAME = '${uniqueName('a-10-1-2-3.delay-200')}';
          SET_UP
          const answer = ${ask};
          tick(6000);
          const result = await answer;
          restore();
          report(result);
        `);
        expect(report).toEqual({ value: '10.1.2.3' });
      });

      test('a tick past the hedge delay makes no hedge', async () => {
        const report = await run(`
          SET_UP
          const resolver = new addrinfo.Resolver();
          const answer = settled(resolver.lookup4('${uniqueName('a-10-1-2-3.delay-100')}'));
          tick(290);
          tick(290);
          await answer;
          restore();
          report(resolver.stats().hedged);
        `);
        expect(report).toBe(0);
      });

      test('a clock that stands still keeps no lookup from its deadline', async () => {
        const report = await run(`
          const NAME = '${uniqueName('drop')}';
          SET_UP
          realSetTimeout(() => { report('no deadline'); process.exit(); }, 3000);
          const result = await settled(addrinfo.lookup4(NAME, { timeout: 300 }));
          restore();
          report(result.error.code);
          process.exit();
        `);
        expect(report).toBe('ETIMEOUT');
      });

      test('a clock that stands still keeps no refused or cached lookup from its end', async () => {
        const report = await run(`
          const NAME = '${uniqueName('a-10-1-2-3')}';
          const resolver = new addrinfo.Resolver({ cache: { ttl: 1e6 }, maxPending: 1 });
          await resolver.lookup4(NAME);
          SET_UP
          realSetTimeout(() => { report('no end'); process.exit(); }, 3000);
          const cached = await settled(resolver.lookup4(NAME));
          const both = await Promise.all([settled(resolver.lookup4('a.' + NAME)), settled(resolver.lookup4('b.' + NAME))]);
          restore();
          report([cached.value, both[0].value, both[1].error.code]);
          process.exit();
        `);
        expect(report).toEqual(['10.1.2.3', '10.1.2.3', 'EAI_AGAIN']);
      });
    });
  });
});
