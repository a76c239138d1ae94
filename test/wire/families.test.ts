import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { Resolver, type ResolverOptions } from '../../src/index';
import { runScript } from '../support/child';
import { queriesFor } from '../support/dns-server/query-log';
import {
  describeInSandbox,
  restoreEtc,
  runInFreshSandbox,
  typesAsked,
  uniqueName,
  writeHosts,
  writeResolvConf,
} from '../support/sandbox/in-sandbox';

interface Looked {
  readonly addresses: readonly string[];
  readonly code: string | undefined;
  readonly ms: number;
}

async function look(options: ResolverOptions, name: string): Promise<Looked> {
  const lookup = promisify(new Resolver(options).lookup);
  const begun = performance.now();
  try {
    const found = await lookup(name, { all: true });
    const addresses = found.map(({ address }) => address);
    return { addresses, code: undefined, ms: performance.now() - begun };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { addresses: [], code, ms: performance.now() - begun };
  }
}

describeInSandbox("families: 'ipv4-only'", () => {
  const families = 'ipv4-only';

  test('lookup sends one A query', async () => {
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
    expect((await look({ families }, name)).addresses).toEqual(['10.1.2.3']);
    expect(typesAsked(name)).toEqual(['A']);
  });

  test('lookup on a name without A record is ENOTFOUND, no AAAA sent', async () => {
    const name = uniqueName('nodata-a.aaaa-fd00--1');
    expect((await look({ families }, name)).code).toBe('ENOTFOUND');
    expect(typesAsked(name)).toEqual(['A']);
  });
});

describeInSandbox("families: 'ipv4-first', the default", () => {
  test('lookup on a name with both records sends one A query and no AAAA', async () => {
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
    expect((await look({}, name)).addresses).toEqual(['10.1.2.3']);
    expect(typesAsked(name)).toEqual(['A']);
  });

  test('lookup with every AAAA lost costs one A round trip', async () => {
    const { addresses, ms } = await look({}, uniqueName('a-10-1-2-3.drop-aaaa'));
    expect(addresses).toEqual(['10.1.2.3']);
    expect(ms).toBeLessThan(250);
  });

  test('lookup on a name without A record asks for AAAA at once', async () => {
    const name = uniqueName('nodata-a.aaaa-fd00--1');
    expect((await look({}, name)).addresses).toEqual(['fd00::1']);
    expect(typesAsked(name)).toEqual(['A', 'AAAA']);
  });

  test('lookup on a name that does not exist, AAAA lost, is ENOTFOUND after resolutionDelay', async () => {
    const { code, ms } = await look({ resolutionDelay: 50 }, uniqueName('nxdomain-a.drop-aaaa'));
    expect(code).toBe('ENOTFOUND');
    expect(ms).toBeLessThan(400);
  });

  test('lookup on a name with no address at all is ENOTFOUND', async () => {
    const name = uniqueName('nodata');
    expect((await look({}, name)).code).toBe('ENOTFOUND');
    expect(typesAsked(name)).toEqual(['A', 'AAAA']);
  });

  test('lookup whose A query fails gives the AAAA, as AF_UNSPEC does', async () => {
    const name = uniqueName('servfail-a.aaaa-fd00--1');
    expect((await look({}, name)).addresses).toEqual(['fd00::1']);
    expect(typesAsked(name)).toContain('AAAA');
  });

  test('lookup on an IPv6-only line of the hosts file returns it and asks nobody for AAAA', async () => {
    const name = uniqueName('nxdomain');
    writeHosts(`127.0.0.1 localhost\nfd00::77 ${name}\n`);
    onTestFinished(restoreEtc);
    expect((await look({}, name)).addresses).toEqual(['fd00::77']);
    expect(typesAsked(name)).not.toContain('AAAA');
  });

  test('lookup with an explicit family asks for that one', async () => {
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
    const lookup = promisify(new Resolver().lookup);
    expect(await lookup(name, { family: 6 })).toEqual({ address: 'fd00::1', family: 6 });
    expect(typesAsked(name)).toEqual(['AAAA']);
  });
});

describeInSandbox("families: 'dual'", () => {
  const families = 'dual';

  test('lookup returns both families, IPv4 first, from two sockets', async () => {
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
    expect((await look({ families }, name)).addresses).toEqual(['10.1.2.3', 'fd00::1']);
    expect(typesAsked(name).sort()).toEqual(['A', 'AAAA']);
  });

  test.each([
    ['nodata-a.aaaa-fd00--1', ['fd00::1'], undefined],
    ['a-10-1-2-3.nodata-aaaa', ['10.1.2.3'], undefined],
    ['a-10-1-2-3.nxdomain-aaaa', ['10.1.2.3'], undefined],
    ['a-10-1-2-3.servfail-aaaa', ['10.1.2.3'], undefined],
    ['servfail-a.aaaa-fd00--1', ['fd00::1'], undefined],
    ['nodata', [], 'ENOTFOUND'],
    ['nxdomain', [], 'ENOTFOUND'],
    ['servfail', [], 'EAI_AGAIN'],
  ])('lookup on %s gives %j %s', async (labels, addresses, code) => {
    const found = await look({ families }, uniqueName(labels));
    expect(found).toMatchObject({ addresses, code });
  });
});

describeInSandbox("families: 'system'", () => {
  test('lookup is one AF_UNSPEC call', async () => {
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
    const { addresses } = await look({ families: 'system' }, name);
    expect([...addresses].sort()).toEqual(['10.1.2.3', 'fd00::1']);
    expect(typesAsked(name).sort()).toEqual(['A', 'AAAA']);
  });
});

describeInSandbox('names that do not exist, every AAAA lost', () => {
  // Each leaves a call in libc behind. In a process of its own, with a pool of its own.
  test.each(['ipv4-first', 'dual'] as const)('%s: hundreds of lookups stall none', async (families) => {
    const script = `
      const { Resolver } = require('./dist');
      const { lookup } = new Resolver({ families: '${families}' }).promises;
      const codes = {};
      let [next, slowest] = [0, 0];
      const worker = async () => {
        while (next < 400) {
          const begun = performance.now();
          await lookup('n' + next++ + '.${uniqueName('nxdomain-a.drop-aaaa')}').catch(({ code }) => {
            codes[code] = (codes[code] ?? 0) + 1;
          });
          slowest = Math.max(slowest, performance.now() - begun);
        }
      };
      Promise.all(Array.from({ length: 10 }, worker)).then(() => {
        console.log(JSON.stringify({ codes, slowest }));
      });`;
    const { stdout, stderr } = await runScript(script);
    expect(stderr).toBe('');
    const { codes, slowest } = JSON.parse(stdout);
    expect(codes).toEqual({ ENOTFOUND: 400 });
    expect(slowest).toBeLessThan(2000);
  });

  test('an IPv6-only line of the hosts file is found while other calls hang in libc', async () => {
    const name = uniqueName('nxdomain');
    writeHosts(`127.0.0.1 localhost\nfd00::77 ${name}\n`);
    onTestFinished(restoreEtc);
    const script = `
      const { Resolver, threadStats } = require('./dist');
      const resolver = new Resolver({ hedge: 20, resolutionDelay: 2000 });
      const dead = Array.from({ length: 60 }, (_, n) =>
        resolver.lookup4('n' + n + '.${uniqueName('drop')}', { timeout: 300 }).catch(() => {}));
      Promise.all(dead).then(async () => {
        const { abandoned, hardMax } = threadStats();
        const { address } = await resolver.promises.lookup('${name}');
        console.log(JSON.stringify({ crowded: abandoned * 4 >= hardMax, address }));
      });`;
    const { stdout } = await runScript(script);
    expect(JSON.parse(stdout)).toEqual({ crowded: true, address: 'fd00::77' });
  });
});

/** What net.connect's hints give where all addresses are loopback ones, for each policy. */
async function connectHints(host: string): Promise<Record<string, unknown>> {
  const script = `
    const { Resolver } = require('./dist');
    const { ADDRCONFIG } = require('node:dns');
    const { promisify } = require('node:util');
    (async () => {
      const found = {};
      for (const families of ['ipv4-only', 'ipv4-first', 'dual', 'system']) {
        const lookup = promisify(new Resolver({ families }).lookup);
        found[families] = await lookup('${host}', { all: true, hints: ADDRCONFIG })
          .then((list) => list.map(({ address }) => address), (error) => error.code);
      }
      console.log(JSON.stringify(found));
    })();`;
  const { stdout, stderr } = await runInFreshSandbox([process.execPath, '-e', script], {
    loopbackOnly: true,
  });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describeInSandbox('an aborted lookup', () => {
  test('asks for no further name of the search list', async () => {
    onTestFinished(restoreEtc);
    writeResolvConf('nameserver 127.0.0.1\nsearch nxdomain.delay-400.test two.test\noptions ndots:5');
    const [host = ''] = uniqueName().split('.');
    const lookup = promisify(new Resolver({ families: 'ipv4-first', hedge: false }).lookup);
    await expect(lookup(host, { all: true, signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await setTimeout(1000);
    const asked = queriesFor(({ name }) => name.startsWith(host)).map(({ name }) => name);
    expect(new Set(asked)).toEqual(new Set([`${host}.nxdomain.delay-400.test`]));
  });
});

describeInSandbox('AI_ADDRCONFIG from net.connect on a host with only loopback addresses', () => {
  test('localhost resolves under every policy', async () => {
    const found = await connectHints('localhost');
    for (const families of ['ipv4-only', 'ipv4-first', 'dual', 'system']) {
      expect(found[families]).toContain('127.0.0.1');
    }
  });

  test('a DNS name resolves under every policy', async () => {
    const found = await connectHints('a-10-1-2-3.test');
    expect(Object.values(found)).toEqual([['10.1.2.3'], ['10.1.2.3'], ['10.1.2.3'], ['10.1.2.3']]);
  });
});
