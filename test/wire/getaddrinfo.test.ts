import { expect, test } from 'vitest';
import { constants, getaddrinfo } from '../../src/index';
import { describeInSandbox, typesAsked, uniqueName } from '../support/sandbox/in-sandbox';

describeInSandbox('getaddrinfo', () => {
  test('getaddrinfo with family 4 sends one query, type A', async () => {
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
    const [entry] = await getaddrinfo(name, null, { family: 4, socktype: constants['SOCK_STREAM'] ?? 0 });
    expect(entry).toEqual({ family: 4, socktype: 1, protocol: 6, address: '10.1.2.3', port: 0 });
    expect(typesAsked(name)).toEqual(['A']);
  });

  test('getaddrinfo with family 0 returns both families', async () => {
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
    const entries = await getaddrinfo(name, 'http', { socktype: constants['SOCK_STREAM'] ?? 0 });
    expect(entries.map(({ address, port }) => [address, port]).sort()).toEqual([
      ['10.1.2.3', 80],
      ['fd00::1', 80],
    ]);
    expect(typesAsked(name).sort()).toEqual(['A', 'AAAA']);
  });

  test('getaddrinfo without socktype returns an entry for each', async () => {
    const entries = await getaddrinfo('127.0.0.1', 53);
    expect(entries.map(({ socktype, protocol, port }) => [socktype, protocol, port])).toEqual([
      [1, 6, 53],
      [2, 17, 53],
      [3, 0, 53],
    ]);
  });

  test('getaddrinfo with AI_CANONNAME follows a CNAME chain', async () => {
    const name = uniqueName('cname-3.a-10-1-2-3');
    const entries = await getaddrinfo(name, null, { family: 4, flags: constants['AI_CANONNAME'] ?? 0 });
    expect(entries[0]?.canonname).toMatch(/\.test$/);
    expect(entries[0]?.canonname).not.toBe(name);
  });

  test('getaddrinfo of null with AI_PASSIVE returns the wildcard addresses', async () => {
    const entries = await getaddrinfo(null, 8080, { flags: constants['AI_PASSIVE'] ?? 0, socktype: 1 });
    expect(entries.map(({ address }) => address).sort()).toEqual(['0.0.0.0', '::']);
  });

  test('getaddrinfo of a link-local address returns its scope id', async () => {
    const [entry] = await getaddrinfo('fe80::1%lo', null, { socktype: 1 });
    expect(entry).toMatchObject({ address: 'fe80::1', scopeId: 1 });
  });

  test('getaddrinfo with AI_NUMERICHOST on a name rejects with ENOTFOUND and asks nobody', async () => {
    const name = uniqueName('a-10-1-2-3');
    const hints = { flags: constants['AI_NUMERICHOST'] ?? 0 };
    await expect(getaddrinfo(name, null, hints)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(typesAsked(name)).toEqual([]);
  });

  test('getaddrinfo with an unknown service rejects with EAI_SERVICE', async () => {
    await expect(getaddrinfo('127.0.0.1', 'no-such-service')).rejects.toMatchObject({ code: 'EAI_SERVICE' });
  });

  const bad: readonly [unknown[], string | RegExp][] = [
    [[null], 'node must be a host when no service is given, got null'],
    [['x.test', 70_000], 'service must be a whole number from 0 to 65535, got 70000'],
    [['x.test', ''], "service must be a service name, a port, or null, got ''"],
    [['x.test', null, { family: 5 }], 'hints.family must be one of 0, 4, 6, got 5'],
    [['x.test', null, { flags: -1 }], 'hints.flags must be a whole number from 0 to 2147483647, got -1'],
    [
      ['x.test', null, { socktype: 1.5 }],
      'hints.socktype must be a whole number from 0 to 2147483647, got 1.5',
    ],
    [['x.test', null, { port: 1 }], /^hints has no option 'port'; it has family/],
    [['x.test', null, 4], 'hints must be an object, got 4'],
  ];
  test.each(bad)(
    'getaddrinfo(...%j) rejects with an error that names the argument',
    async (args, message) => {
      await expect(Reflect.apply(getaddrinfo, undefined, args)).rejects.toThrow(message);
    },
  );

  test('getaddrinfo with a flag that libc does not know rejects with EAI_BADFLAGS', async () => {
    await expect(getaddrinfo('x.test', null, { flags: 1 << 29 })).rejects.toMatchObject({
      code: 'EAI_BADFLAGS',
    });
  });
});

test('constants are those of this platform', () => {
  expect(constants).toMatchObject({ AF_INET: 2, SOCK_STREAM: 1, IPPROTO_TCP: 6, AI_PASSIVE: 1 });
  expect(Object.isFrozen(constants)).toBe(true);
});
