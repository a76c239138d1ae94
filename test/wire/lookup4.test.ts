import { expect, test } from 'vitest';
import { lookup4 } from '../../src/index';
import {
  describeInSandbox,
  queriesFor,
  runInFreshSandbox,
  typesAsked,
  uniqueName,
} from '../support/sandbox/in-sandbox';

describeInSandbox('lookup4', () => {
  test('lookup4 on a name with both records sends one query, type A', async () => {
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
    expect(await lookup4(name)).toBe('10.1.2.3');
    expect(typesAsked(name)).toEqual(['A']);
  });

  test('lookup4 with all resolves to every address', async () => {
    const name = uniqueName('a-10-1-2-3.a-10-1-2-4.a-10-1-2-5');
    const addresses = await lookup4(name, { all: true });
    expect(addresses.sort()).toEqual(['10.1.2.3', '10.1.2.4', '10.1.2.5']);
  });

  test('lookup4 with all gives each caller an array of its own', async () => {
    const name = uniqueName('a-10-1-2-3.delay-20');
    const [one, other] = await Promise.all([lookup4(name, { all: true }), lookup4(name, { all: true })]);
    one.push('changed');
    expect(other).toEqual(['10.1.2.3']);
  });

  test('lookup4 on a name without A record rejects with ENOTFOUND and sends no AAAA', async () => {
    const name = uniqueName('nodata-a.aaaa-fd00--1');
    await expect(lookup4(name)).rejects.toMatchObject({
      code: 'ENOTFOUND',
      errno: -3007,
      syscall: 'getaddrinfo',
      hostname: name,
      message: `getaddrinfo ENOTFOUND ${name}`,
    });
    expect(typesAsked(name)).toEqual(['A']);
  });

  test('lookup4 on a name that does not exist rejects with ENOTFOUND', async () => {
    const name = uniqueName('nxdomain');
    await expect(lookup4(name)).rejects.toMatchObject({ code: 'ENOTFOUND', errno: -3008 });
  });

  test('lookup4 on a name whose server fails rejects with EAI_AGAIN', async () => {
    await expect(lookup4(uniqueName('servfail'))).rejects.toMatchObject({ code: 'EAI_AGAIN', errno: -3001 });
  });

  test('lookup4 of an IPv4 address returns it and asks nobody', async () => {
    expect(await lookup4('127.0.0.1')).toBe('127.0.0.1');
    expect(await lookup4('10.9.8.7', { all: true })).toEqual(['10.9.8.7']);
  });

  test('lookup4 of an IPv6 address rejects', async () => {
    await expect(lookup4('::1')).rejects.toMatchObject({ syscall: 'getaddrinfo', hostname: '::1' });
  });

  test('lookup4 of a name from the hosts file asks no nameserver', async () => {
    expect(await lookup4('localhost')).toBe('127.0.0.1');
    expect(typesAsked('localhost')).toEqual([]);
  });

  test('lookup4 of an IDN asks for its A-label', async () => {
    const name = uniqueName('a-10-1-2-3');
    expect(await lookup4(`straße.${name}`)).toBe('10.1.2.3');
    expect(typesAsked(`xn--strae-oqa.${name}`)).toEqual(['A']);
  });

  test('lookup4 asks in lower case', async () => {
    const name = uniqueName('a-10-1-2-3');
    expect(await lookup4(name.toUpperCase())).toBe('10.1.2.3');
    expect(queriesFor(name).map((query) => query.name)).toEqual([name]);
  });

  test('lookup4 on a truncated answer gets all addresses over TCP', async () => {
    const addresses = await lookup4(uniqueName('many-200'), { all: true });
    expect(new Set(addresses).size).toBe(200);
  });

  const bad: readonly [string, unknown, object][] = [
    ['a number', 1, { code: 'ERR_INVALID_ARG_TYPE', message: 'hostname must be a string, got 1' }],
    ['undefined', undefined, { code: 'ERR_INVALID_ARG_TYPE' }],
    ['an empty string', '', { code: 'ERR_INVALID_ARG_VALUE', message: /non-empty string, got ''/ }],
    ['a NUL', 'a\0b.test', { code: 'ERR_INVALID_ARG_VALUE', message: /null bytes, got 'a\\x00b\.test'/ }],
    ['300 bytes', `${'x'.repeat(60)}.`.repeat(5), { code: 'EINVAL', errno: -22, syscall: 'getaddrinfo' }],
    ['invalid IDN', 'xn--\u{1f600}\u200d.test', { code: 'EINVAL' }],
    ['a lone surrogate', 'a\ud800.test', { code: 'EINVAL' }],
  ];
  test.each(bad)(
    'lookup4 of %s rejects with an error that names it, and the pool goes on',
    async (_, host, error) => {
      await expect(Reflect.apply(lookup4, undefined, [host])).rejects.toMatchObject(
        Object.fromEntries(
          Object.entries(error).map(([key, value]) => [
            key,
            value instanceof RegExp ? expect.stringMatching(value) : value,
          ]),
        ),
      );
      expect(await lookup4(uniqueName('a-10-1-2-3'))).toBe('10.1.2.3');
    },
  );

  const badOptions: readonly [object, string][] = [
    [{ all: 1 }, 'options.all must be a boolean, got 1'],
    [{ timeout: -1 }, 'options.timeout must be a number of milliseconds from 0 to 2147483647, got -1'],
    [
      { timeout: Number.NaN },
      'options.timeout must be a number of milliseconds from 0 to 2147483647, got NaN',
    ],
    [{ signal: 'no' }, "options.signal must be an AbortSignal, got 'no'"],
    [{ timout: 5 }, "options has no option 'timout'; it has all, hints, signal, timeout"],
  ];
  test.each(badOptions)(
    'lookup4 with %o rejects with a TypeError that names the option',
    async (options, message) => {
      await expect(Reflect.apply(lookup4, undefined, ['localhost', options])).rejects.toMatchObject({
        name: 'TypeError',
        message,
      });
    },
  );

  test('lookup4 on a host with only loopback addresses resolves localhost and DNS names', async () => {
    const script = `
      const { lookup4, getaddrinfo, lookup, constants } = require('./dist');
      (async () => {
        console.log(await lookup4('localhost'), await lookup4('a-10-1-2-3.test'));
        const flags = constants.AI_ADDRCONFIG;
        console.log(await getaddrinfo('localhost', null, { family: 4, flags }).catch((e) => e.code));
        const http = require('node:http');
        const server = http.createServer((_, res) => res.end('hello')).listen(0, '127.0.0.1', () => {
          const { port } = server.address();
          http.get({ host: 'localhost', port, lookup }, (res) => res.on('data', (data) => {
            console.log(String(data));
            process.exit();
          }));
        });
      })();`;
    const { stdout, stderr } = await runInFreshSandbox([process.execPath, '-e', script], {
      loopbackOnly: true,
    });
    expect(stderr).toBe('');
    // The flag that a caller of getaddrinfo set is the caller's: glibc's answer stands.
    expect(stdout.split('\n')).toEqual(['127.0.0.1 10.1.2.3', 'ENOTFOUND', 'hello', '']);
  });
});
