// Lines of docs/differences.md about arguments, callbacks and the process. test/repo/differences.test.ts says which test
// is for which line.
import { describe, expect, test } from 'vitest';
import { REGISTER, reportOf } from '../../guest/guest';
import { describeOnEachNode } from '../../support/each-node';
import { describeInSandbox, uniqueName } from '../../support/sandbox/in-sandbox';

const WITHOUT = ['--no-warnings'];
const WITH = ['--no-warnings', '--require', REGISTER];

describeInSandbox('of what Node tells about a lookup', () => {
  describeOnEachNode('as Node tells it', (binary) => {
    /** What the script reports without register, and with it. */
    async function reports(source: string): Promise<unknown[]> {
      return [
        await reportOf(source, { binary, flags: WITHOUT }),
        await reportOf(source, { binary, flags: WITH }),
      ];
    }

    test('perf_hooks has an entry of type dns for dns.lookup, and none for ours', async () => {
      const source = `
        const { PerformanceObserver } = require('node:perf_hooks');
        const entries = [];
        new PerformanceObserver((list) => entries.push(...list.getEntries())).observe({ entryTypes: ['dns'] });
        await call(dns.lookup, 'localhost', 4);
        await sleep(50);
        report(entries.map(({ name }) => name));
      `;
      expect(await reports(source)).toEqual([['lookup'], []]);
    });

    test('getActiveResourcesInfo lists a pending dns.lookup, and not ours', async () => {
      const source = `
        dns.lookup('${uniqueName('a-10-1-2-3.delay-100')}', 4, () => {});
        report(process.getActiveResourcesInfo().filter((type) => type === 'GetAddrInfoReqWrap').length);
      `;
      expect(await reports(source)).toEqual([1, 0]);
    });

    test('async_hooks find the name in the request at init of dns.lookup, a moment later in ours', async () => {
      const source = `
        let request;
        let atInit;
        require('node:async_hooks').createHook({
          init: (id, type, trigger, resource) => {
            if (type !== 'GETADDRINFOREQWRAP') return;
            request = resource;
            atInit = resource.hostname ?? null;
          },
        }).enable();
        dns.lookup('localhost', 4, () => {});
        report([atInit, request.hostname, request.family]);
      `;
      expect(await reports(source)).toEqual([
        ['localhost', 'localhost', 4],
        [null, 'localhost', 4],
      ]);
    });

    test('async_hooks that are enabled late hear of a resource that is there since the package was loaded', async () => {
      const source = `
        const known = new Set();
        const unknown = [];
        require('node:async_hooks').createHook({
          init: (id) => known.add(id),
          before: (id) => { if (id > 1 && !known.has(id)) unknown.push(id); },
        }).enable();
        await call(dns.lookup, 'localhost', 4);
        report(new Set(unknown).size);
      `;
      expect(await reports(source)).toEqual([0, 1]);
    });

    test('an error of ours has the fields and the prototype of an error, and names our files in its stack', async () => {
      const source = `
        const error = await new Promise((resolve) => dns.lookup('${uniqueName('nxdomain')}', 4, resolve));
        const { code, errno, syscall } = error;
        report([
          { code, errno, syscall },
          Object.getPrototypeOf(error) === Error.prototype,
          error.stack.includes(${JSON.stringify(REGISTER.replace(/register\.js$/, ''))}),
        ]);
      `;
      const fields = { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo' };
      const [node, ours] = await reports(source);
      expect(node).toMatchObject([fields, expect.any(Boolean), false]);
      expect(ours).toEqual([fields, true, true]);
    });

    test.each(['ü b.test', '\\ud800.test'])('the name %j goes to Node’s own function', async (name) => {
      const source = `
        const before = addrinfo.stats().started;
        const code = await call(dns.lookup, '${name}').then(({ error }) => error.code, ({ code }) => code);
        report([typeof code, addrinfo.stats().started - before]);
      `;
      expect((await reports(source))[1]).toEqual(['string', 0]);
    });
  });
});

describe('lookups that finish together', () => {
  describeInSandbox('in one batch', () => {
    const source = (lookup: string): string => `
      const events = [];
      const one = () => new Promise((resolve) => ${lookup}('localhost', 4, () => {
        events.push('callback');
        process.nextTick(() => { events.push('deferred'); resolve(); });
      }));
      const both = [one(), one()];
      busy(500);
      await Promise.all(both);
      report(events);
    `;

    test('are called back in one turn, where Node runs deferred work after each', async () => {
      const [called, deferred] = ['callback', 'deferred'];
      expect(await reportOf(source('addrinfo.lookup'))).toEqual([called, called, deferred, deferred]);
      expect(await reportOf(source('dns.lookup'))).toEqual([called, deferred, called, deferred]);
    });
  });
});
