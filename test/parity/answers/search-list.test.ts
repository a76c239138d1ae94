import { afterEach, expect, onTestFinished, test } from 'vitest';
import { startDnsServer } from '../../support/dns-server/dns-server';
import {
  describeInSandbox,
  restoreEtc,
  typesAsked,
  uniqueName,
  writeResolvConf,
} from '../../support/sandbox/in-sandbox';
import { EVERY_FAMILIES, look, systemAnswer } from './look';

const CLUSTER = 'default.svc.cluster.local svc.cluster.local cluster.local';

/** A Service without an IPv4 address: `db`, with what makes the name unlike all others. */
function ipv6Service(address: string): string {
  const [unique = ''] = uniqueName().split('.');
  return `db.${address}.${unique}`;
}

describeInSandbox('a search list with a wildcard A record', () => {
  afterEach(restoreEtc);

  test.each(EVERY_FAMILIES)(
    'lookup (%s) of a name with AAAA alone gives that and no other host',
    async (families) => {
      writeResolvConf('nameserver 127.0.0.1\nsearch a-10-66-6-6.test');
      const name = uniqueName('aaaa-fd00--1');
      expect(await systemAnswer(name)).toEqual(['fd00::1']);
      expect((await look({ families }, name)).addresses).toEqual(['fd00::1']);
      expect(typesAsked(`${name}.a-10-66-6-6.test`)).toEqual([]);
    },
  );

  test.each(EVERY_FAMILIES)('lookup (%s) of an IPv6-only Service gives its address', async (families) => {
    writeResolvConf(`nameserver 127.0.0.1\nsearch ${CLUSTER} a-10-66-6-6.test\noptions ndots:5`);
    const name = ipv6Service('aaaa-fd96--5');
    expect(await systemAnswer(name)).toEqual(['fd96::5']);
    expect((await look({ families }, name)).addresses).toEqual(['fd96::5']);
  });
});

describeInSandbox('a search domain that answers SERVFAIL for A', () => {
  afterEach(restoreEtc);

  test('lookup (system) whose first AAAA is lost gives its AAAA and no other host', async () => {
    const domains = ['servfail-a.aaaa-fd00--1.drop-aaaa-first-1.test', 'a-10-66-6-6.test'];
    const nameservers = ['127.0.0.1', '127.0.0.2'].map((address) => `nameserver ${address}\n`);
    const server = await startDnsServer({ address: '127.0.0.2', directives: 'servfail-a.aaaa-fd00--1' });
    onTestFinished(() => server.close());
    writeResolvConf(`${nameservers.join('')}search ${domains.join(' ')}\noptions ndots:5 timeout:1`);
    const host = (): string => uniqueName().split('.')[0] ?? '';
    expect(await systemAnswer(host())).toEqual(['fd00::1']);
    expect((await look({ families: 'system', hedge: 100 }, host())).addresses).toEqual(['fd00::1']);
  });
});

describeInSandbox('three search domains and ndots:5', () => {
  afterEach(restoreEtc);

  test.each(['ipv4-first', 'dual'] as const)(
    'lookup (%s) with 1.5 s a query finds the name, and multiplies no walk',
    async (families) => {
      const domains = ['nxdomain.u-1.test', 'nxdomain.u-2.test', 'nxdomain.u-3.test'];
      writeResolvConf(`nameserver 127.0.0.1\nsearch ${domains.join(' ')}\noptions ndots:9`);
      const name = uniqueName('a-10-1-2-3.delay-1500');
      const { addresses } = await look({ families, timeout: 0 }, name);
      expect(addresses).toEqual(['10.1.2.3']);
      // libc's own walk asks each candidate for A and AAAA; with the hedges it is no more than twice as much.
      for (const candidate of [...domains.map((domain) => `${name}.${domain}`), name]) {
        const types = typesAsked(candidate);
        expect(types.filter((type) => type === 'A').length).toBeLessThanOrEqual(families === 'dual' ? 3 : 4);
        expect(types.filter((type) => type === 'AAAA').length).toBeLessThanOrEqual(
          families === 'dual' ? 3 : 0,
        );
      }
    },
  );

  test('lookup of an external name sends no more queries than dns.lookup with family 4', async () => {
    writeResolvConf(`nameserver 127.0.0.1\nsearch ${CLUSTER}\noptions ndots:5`);
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
    const candidates = [...CLUSTER.split(' ').map((domain) => `${name}.${domain}`), name];
    expect(await systemAnswer(name, { family: 4 })).toEqual(['10.1.2.3']);
    const theirs = candidates.flatMap(typesAsked).length;
    expect((await look({}, name)).addresses).toEqual(['10.1.2.3']);
    expect(candidates.flatMap(typesAsked).length - theirs).toBe(theirs);
  });
});
