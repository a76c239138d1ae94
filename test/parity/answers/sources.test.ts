import { hostname } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { Resolver } from '../../../src';
import { queriesFor } from '../../support/dns-server/query-log';
import { writeEtc } from '../../support/sandbox/etc-files';
import {
  describeInSandbox,
  restoreEtc,
  typesAsked,
  uniqueName,
  writeHosts,
} from '../../support/sandbox/in-sandbox';
import { EVERY_FAMILIES, look, lookWith, systemAnswer } from './look';

const nsswitch = (line: string): void => writeEtc('nsswitch.conf', `hosts: ${line}`);

describeInSandbox('a name in the hosts file', () => {
  afterEach(restoreEtc);

  test.each(EVERY_FAMILIES)('lookup (%s) with an IPv6 line gives it, though DNS has A', async (families) => {
    const name = uniqueName('a-10-1-2-3');
    writeHosts(`fd00::77 ${name}`);
    expect(await systemAnswer(name)).toEqual(['fd00::77']);
    expect((await look({ families }, name)).addresses).toEqual(['fd00::77']);
    expect(typesAsked(name)).toEqual([]);
  });

  test.each(EVERY_FAMILIES)(
    'lookup (%s) with an IPv4 line gives it alone, though DNS has AAAA',
    async (families) => {
      const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
      writeHosts(`10.5.5.5 ${name}`);
      expect(await systemAnswer(name)).toEqual(['10.5.5.5']);
      expect((await look({ families }, name)).addresses).toEqual(['10.5.5.5']);
      expect(typesAsked(name)).toEqual([]);
    },
  );

  test.each(EVERY_FAMILIES)('lookup (%s) of digits alone finds its line', async (families) => {
    writeHosts('10.5.5.5 123456789012');
    expect(await systemAnswer('123456789012')).toEqual(['10.5.5.5']);
    expect((await look({ families }, '123456789012')).addresses).toEqual(['10.5.5.5']);
  });

  test.each(
    EVERY_FAMILIES.flatMap((families) => ['localhost', hostname()].map((name) => [families, name] as const)),
  )('lookup (%s) of %s sends no query', async (families, name) => {
    const before = queriesFor(name).length;
    expect((await look({ families }, name)).addresses).toEqual(await systemAnswer(name));
    expect(queriesFor(name).length).toBe(before);
  });
});

describeInSandbox('a module after dns in nsswitch.conf', () => {
  afterEach(restoreEtc);

  describe.each(['files dns files', 'files dns myhostname'])('%s', (line) => {
    test.each(EVERY_FAMILIES)('lookup (%s) of a name with a slow AAAA alone finds it', async (families) => {
      nsswitch(line);
      const name = uniqueName('aaaa-fd00--1.delay-aaaa-100');
      expect(await systemAnswer(name)).toEqual(['fd00::1']);
      expect((await look({ families }, name)).addresses).toEqual(['fd00::1']);
    });
  });

  test('lookup with negativeTtl finds a name with a slow AAAA alone each time', async () => {
    nsswitch('files dns files');
    const resolver = new Resolver({ cache: { ttl: 60_000, negativeTtl: 60_000 } });
    const name = uniqueName('aaaa-fd00--1.delay-aaaa-100');
    expect((await lookWith(resolver, name)).addresses).toEqual(['fd00::1']);
    expect((await lookWith(resolver, name)).addresses).toEqual(['fd00::1']);
  });
});
