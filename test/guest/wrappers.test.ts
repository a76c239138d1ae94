import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { describeUnless } from '../support/describe-unless';
import { describeInSandbox, typesAsked, uniqueName } from '../support/sandbox/in-sandbox';
import { fixtures, missingFixtures } from './fixtures.mjs';
import { type Host, REGISTER, type Reported, reportOf, runGuest } from './guest';

const preload = (name: string): string => join(__dirname, 'preloads', name);

/** Both orders in which ours and another preload can be, by each pair of flags. `isFirst`: ours. */
function orders(other: string): { how: string; flags: readonly string[]; isFirst: boolean }[] {
  const pairs = [
    ['--require', '--require'],
    ['--import', '--import'],
    ['--require', '--import'],
  ] as const;
  return pairs.flatMap(([first, second]) => [
    { how: `ours by ${first}, then ${second}`, flags: [first, REGISTER, second, other], isFirst: true },
    { how: `${first}, then ours by ${second}`, flags: [first, other, second, REGISTER], isFirst: false },
  ]);
}

const WARNING =
  /\[ERR_ADDRINFO_WRAPPED\] AddrinfoWarning: dns\.lookup\b.*: wrapped before addrinfo was installed/;

describeInSandbox('a guard over dns.lookup', () => {
  describe.each(orders(preload('guard.cjs')))('$how', ({ flags, isFirst }) => {
    const run = (source: string): Promise<Reported> => runGuest(source, { flags });

    test('blocks what it is to block, by every way', async () => {
      const { report } = await run(`
        const name = '${uniqueName('a-10-1-2-3')}'.replace('.u-', '.blocked.u-');
        const { lookup } = await import('node:dns/promises');
        const ways = [
          async () => call(dns.lookup, name, 4),
          async () => settled(dns.promises.lookup(name)),
          async () => settled(lookup(name)),
          async () => settled(new Promise((resolve, reject) =>
            require('node:net').connect({ host: name, port: 9 }).on('error', reject).on('connect', resolve))),
        ];
        const results = await Promise.all(ways.map((way) => way().then(({ error }) => error.code, ({ code }) => code)));
        report(results);
      `);
      expect(report).toEqual(Array(4).fill('EBLOCKED'));
    });

    test(`lets others through${isFirst ? '' : ', and a warning names it and the right order'}`, async () => {
      const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
      const { report, stderr } = await run(
        `report((await dns.promises.lookup('${name}', { order: 'ipv4first' })).address)`,
      );
      expect(report).toBe('10.1.2.3');
      if (isFirst) {
        expect({ stderr, asked: typesAsked(name) }).toEqual({ stderr: '', asked: ['A'] });
      } else {
        expect(stderr).toMatch(WARNING);
        expect(stderr).toContain('guardedLookup');
        expect(stderr.match(/AddrinfoWarning/g)).toHaveLength(1);
        expect(stderr).toContain('--require addrinfo/register');
      }
    });
  });

  test('install, then undo, leaves it where it was', async () => {
    const report = await reportOf(
      `
      const guarded = [dns.lookup, dns.promises.lookup];
      const undo = addrinfo.install({ timeout: 1000 });
      const during = dns.lookup === guarded[0];
      undo();
      report([during, dns.lookup === guarded[0], dns.promises.lookup === guarded[1]]);
    `,
      { flags: ['--no-warnings', '--require', preload('guard.cjs')] },
    );
    expect(report).toEqual([true, true, true]);
  });

  test('that is put over ours stays through an install with other options, and through the undo', async () => {
    const report = await reportOf(
      `
      addrinfo.install();
      require(${JSON.stringify(preload('guard.cjs'))});
      const guarded = dns.lookup;
      const undo = addrinfo.install({ timeout: 1000 });
      const during = dns.lookup === guarded;
      undo();
      report([during, dns.lookup === guarded]);
    `,
      { flags: ['--no-warnings'] },
    );
    expect(report).toEqual([true, true]);
  });

  test('that is gone again before install is not what the undo brings back', async () => {
    const report = await reportOf(`
      const { lookup } = dns;
      delete require.cache[require.resolve('./dist')];
      dns.lookup = function guarded(...args) { return lookup(...args); };
      const late = require('./dist');
      dns.lookup = lookup;
      late.install()();
      report(dns.lookup === lookup);
    `);
    expect(report).toBe(true);
  });
});

describeUnless(missingFixtures, 'tracers', () => {
  describeInSandbox('@opentelemetry/instrumentation-dns', () => {
    const host = (flags: readonly string[], DNS_FIRST = '0'): Host => ({
      flags,
      cwd: fixtures,
      env: { DNS_FIRST },
    });
    const LOOKUP = `
      await dns.promises.lookup(NAME);
      await call(dns.lookup, NAME, 4);
      report(globalThis.spanNames());
    `;
    const both = orders(preload('opentelemetry.cjs'));

    test.each(both)('$how: there is a span for each lookup, and ours answers', async ({ flags }) => {
      const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
      expect(await reportOf(`const NAME = '${name}'; ${LOOKUP}`, host(flags))).toEqual([
        'dns.lookup',
        'dns.lookup',
      ]);
      expect(typesAsked(name)).toEqual(['A', 'A']);
    });

    test.each(both.filter(({ isFirst }) => !isFirst))(
      '$how, dns loaded in between: there is a span for each lookup, and a warning names it',
      async ({ flags }) => {
        const name = uniqueName('a-10-1-2-3');
        const { report, stderr } = await runGuest(`const NAME = '${name}'; ${LOOKUP}`, host(flags, '1'));
        expect(report).toEqual(['dns.lookup', 'dns.lookup']);
        expect(stderr).toMatch(WARNING);
        expect(stderr).toContain('@opentelemetry/instrumentation-dns');
      },
    );

    test('over ours: the undo leaves it, and its spans go on', async () => {
      const report = await reportOf(
        `
        const NAME = '${uniqueName('a-10-1-2-3')}';
        const undo = addrinfo.install();
        require(${JSON.stringify(preload('opentelemetry.cjs'))});
        const { lookup } = require('dns');
        undo();
        const left = dns.lookup === lookup;
        await call(dns.lookup, NAME, 4);
        report([left, globalThis.spanNames()]);
      `,
        host([]),
      );
      expect(report).toEqual([true, ['dns.lookup']]);
    });
  });

  describeInSandbox('dd-trace', () => {
    /** What its agent would be sent. */
    async function agent(): Promise<{ url: string; sent: () => string }> {
      const bodies: Buffer[] = [];
      const server = createServer((request, response) => {
        request.on('data', (chunk: Buffer) => bodies.push(chunk));
        request.on('end', () => response.end('{}'));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => {
        server.close();
      });
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      return { url: `http://127.0.0.1:${port}`, sent: () => Buffer.concat(bodies).toString('latin1') };
    }

    async function run(flags: readonly string[], DNS_FIRST: string) {
      const { url, sent } = await agent();
      const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
      const source = `
        report((await dns.promises.lookup('${name}', { order: 'ipv4first' })).address);
        await sleep(1000);
      `;
      const env = {
        DNS_FIRST,
        DD_TRACE_AGENT_URL: url,
        DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
        DD_REMOTE_CONFIGURATION_ENABLED: 'false',
      };
      const { report, stderr } = await runGuest(source, { flags, cwd: fixtures, env, timeout: 30_000 });
      return { report, stderr, spans: sent().includes('dns.lookup'), asked: typesAsked(name) };
    }

    const both = orders(preload('dd-trace.cjs'));

    test.each(both)('$how: there is a span for each lookup', async ({ flags, isFirst }) => {
      const { report, stderr, spans, asked } = await run(flags, '0');
      expect({ report, spans }).toEqual({ report: '10.1.2.3', spans: true });
      // dd-trace itself loads dns, for its metrics.
      if (isFirst) expect(asked).toEqual(['A']);
      else if (asked.length > 1) expect(stderr).toMatch(WARNING);
    });

    test('--require dd-trace, dns, then ours: there is a span, and a warning names it', async () => {
      const { report, stderr, spans } = await run(
        ['--require', preload('dd-trace.cjs'), '--require', REGISTER],
        '1',
      );
      expect({ report, spans }).toEqual({ report: '10.1.2.3', spans: true });
      expect(stderr).toMatch(WARNING);
      expect(stderr).toContain('dd-trace');
    });
  });

  describeInSandbox('import-in-the-middle', () => {
    test.each([
      ['without it', []],
      ['with it', ['--import', preload('import-in-the-middle.mjs')]],
    ])(
      'install reaches functions that ES modules have imported, and the undo too: %s',
      async (_how, flags) => {
        const report = await reportOf(
          `
        const { lookup } = dns;
        const own = await import('node:dns');
        const ownPromises = await import('node:dns/promises');
        const isOurs = () => [own.lookup === addrinfo.lookup, ownPromises.lookup === addrinfo.promises.lookup];
        const undo = addrinfo.install();
        const during = isOurs();
        undo();
        report([during, isOurs(), own.lookup === lookup]);
      `,
          { flags: ['--no-warnings', ...flags], cwd: fixtures },
        );
        expect(report).toEqual([[true, true], [false, false], true]);
      },
    );
  });
});
