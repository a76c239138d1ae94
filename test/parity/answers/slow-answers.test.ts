import { afterEach, expect, onTestFinished, test } from 'vitest';
import { Resolver } from '../../../src';
import { startDnsServer } from '../../support/dns-server/dns-server';
import { describeOnGlibc } from '../../support/on-glibc';
import {
  describeInSandbox,
  restoreEtc,
  typesAsked,
  uniqueName,
  writeResolvConf,
} from '../../support/sandbox/in-sandbox';
import { EVERY_FAMILIES, look, lookWith, systemAnswer } from './look';

const POD =
  'nameserver 127.0.0.1\nsearch default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5';

/** More servers like the sandbox's own, and a resolv.conf that names all. */
async function withNameservers(others: readonly string[], options: string): Promise<void> {
  for (const address of others) {
    const server = await startDnsServer({ address });
    onTestFinished(() => server.close());
  }
  const lines = ['127.0.0.1', ...others].map((address) => `nameserver ${address}\n`);
  writeResolvConf(`${lines.join('')}${options}`);
}

describeInSandbox('an answer that libc would wait for', () => {
  afterEach(restoreEtc);

  for (const families of EVERY_FAMILIES) {
    for (const timeout of [undefined, 0]) {
      const limit = timeout === undefined ? 'the default timeout' : `timeout ${timeout}`;
      test.concurrent(`lookup (${families}) with ${limit} finds a AAAA after 2.5 s`, async ({ expect }) => {
        const name = uniqueName('aaaa-fd00--1.delay-aaaa-2500');
        const policy = { families, ...(timeout === undefined ? {} : { timeout }) };
        expect((await look(policy, name)).addresses).toEqual(['fd00::1']);
      });
    }
  }

  test.each(EVERY_FAMILIES)(
    'lookup (%s) with two nameservers and single-request-reopen finds a AAAA after 1.2 s',
    async (families) => {
      await withNameservers(['127.0.0.2'], 'options single-request-reopen');
      const name = uniqueName('aaaa-fd00--1.delay-aaaa-1200');
      expect((await look({ families }, name)).addresses).toEqual(['fd00::1']);
    },
  );

  test('lookup (system) with two nameservers gives both families, AAAA after 1.2 s', async () => {
    await withNameservers(['127.0.0.2'], 'options single-request-reopen');
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1.delay-aaaa-1200');
    const { addresses } = await look({ families: 'system' }, name);
    expect([...addresses].sort()).toEqual(['10.1.2.3', 'fd00::1']);
  });

  test.each(EVERY_FAMILIES)('lookup (%s) with three nameservers finds an A after 4.2 s', async (families) => {
    await withNameservers(['127.0.0.2', '127.0.0.3'], '');
    const { addresses, code, ms } = await look({ families }, uniqueName('a-10-1-2-3.delay-4200'));
    expect({ addresses, code }).toEqual({ addresses: ['10.1.2.3'], code: undefined });
    expect(ms).toBeLessThan(5000);
  });

  test.each(['drop-a', 'delay-a-3000'])(
    'lookup (dual) of a name with %s and AAAA at once answers after resolutionDelay',
    async (directive) => {
      const name = uniqueName(`a-10-1-2-3.aaaa-fd00--1.${directive}`);
      const { addresses, ms } = await look({ families: 'dual' }, name);
      expect(addresses).toEqual(['fd00::1']);
      expect(ms).toBeLessThan(1000);
    },
  );
});

describeInSandbox('a server that fails', () => {
  afterEach(restoreEtc);

  test.each(EVERY_FAMILIES)(
    'lookup (%s) with timeout 2000 in a pod goes on after one SERVFAIL',
    async (families) => {
      writeResolvConf(POD);
      const name = uniqueName('servfail-first-1.a-10-1-2-3');
      expect((await look({ families, timeout: 2000 }, name)).addresses).toEqual(['10.1.2.3']);
    },
  );

  describeOnGlibc('resolv: attempts:2', () => {
    test.each(EVERY_FAMILIES)('lookup (%s) in a pod goes on after one SERVFAIL', async (families) => {
      writeResolvConf(POD);
      const name = uniqueName('servfail-first-1.a-10-1-2-3');
      expect((await look({ families, resolv: 'attempts:2' }, name)).addresses).toEqual(['10.1.2.3']);
    });
  });

  test.each([
    ['the default timeout', {}, 'nameserver 127.0.0.1'],
    ['timeout 10000 in a pod', { timeout: 10_000 }, POD],
  ])(
    'lookup with family 4 and %s sends as many queries as the system',
    async (_limit, policy, resolvConf) => {
      writeResolvConf(resolvConf);
      const [ours, theirs] = [uniqueName('servfail'), uniqueName('servfail')];
      expect(await systemAnswer(theirs, { family: 4 })).toEqual(['EAI_AGAIN']);
      expect((await look(policy, ours, { family: 4 })).code).toBe('EAI_AGAIN');
      expect(typesAsked(ours)).toEqual(typesAsked(theirs));
    },
  );

  test.each(
    EVERY_FAMILIES.flatMap((families) =>
      ['nxdomain', 'formerr', 'garbage'].map((verb) => [families, verb] as const),
    ),
  )('lookup (%s) with a hedge answered by %s waits for the first call', async (families, verb) => {
    const name = uniqueName(`a-10-1-2-3.delay-first-1-700.${verb}-after-1`);
    expect((await look({ families, hedge: 300 }, name)).addresses).toEqual(['10.1.2.3']);
  });
});

describeInSandbox('lookups of one name at once', () => {
  afterEach(restoreEtc);

  test('40 of them with 4 addresses that the server turns spread over all', async () => {
    const name = uniqueName('a-10-1-1-1.a-10-1-1-2.a-10-1-1-3.a-10-1-1-4.turn-1');
    const resolver = new Resolver();
    const looked = await Promise.all(Array.from({ length: 40 }, () => lookWith(resolver, name)));
    const firsts = looked.map(({ addresses }) => addresses[0]);
    const counts = [1, 2, 3, 4].map((i) => firsts.filter((first) => first === `10.1.1.${i}`).length);
    expect(counts).toEqual([10, 10, 10, 10]);
  });

  test('one with a longer deadline than the one before is answered within its own', async () => {
    writeResolvConf('nameserver 127.0.0.1\noptions timeout:1 attempts:3');
    const name = uniqueName('a-10-1-2-3.drop-first-1');
    const resolver = new Resolver({ hedge: false });
    const [first, second] = await Promise.all([
      lookWith(resolver, name, { timeout: 300 }),
      lookWith(resolver, name, { timeout: 1290 }),
    ]);
    expect(first.code).toBe('EAI_AGAIN');
    expect(second.addresses).toEqual(['10.1.2.3']);
  });
});
