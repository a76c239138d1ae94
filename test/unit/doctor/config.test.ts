import { describe, expect, test } from 'vitest';
import type { Libc } from '../../../src/cli/doctor/facts/libc';
import {
  type ConfigSources,
  candidates,
  firstWait,
  resolverConfig,
  worstCase,
} from '../../../src/cli/doctor/facts/resolver-config';

const glibc: Libc = { name: 'glibc', version: '2.36' };
const musl: Libc = { name: 'musl', version: '1.2.4' };

function config(text: string, libc: Libc = glibc, more: Partial<ConfigSources> = {}) {
  return resolverConfig({
    text,
    libc,
    hostname: 'pod-1',
    resOptions: undefined,
    localDomain: undefined,
    ...more,
  });
}

const CLUSTER = 'search ns.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5';

describe('resolverConfig', () => {
  test('of an empty file has the defaults of resolv.conf(5)', () => {
    expect(config('')).toEqual({
      nameservers: [],
      invalid: [],
      unasked: [],
      search: [],
      ndots: 1,
      timeout: 5,
      attempts: 2,
      options: [],
      ignored: [],
    });
  });

  test('skips comments, takes three nameservers, and the last search or domain line', () => {
    const text =
      '# nameserver 1.1.1.1\n; domain x\nnameserver 10.0.0.1\ndomain a\nsearch b c\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nnameserver 10.0.0.4';
    expect(config(text)).toMatchObject({
      nameservers: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      unasked: ['10.0.0.4'],
      search: ['b', 'c'],
    });
  });

  test('of a domain line takes one domain, and passes over one without a value; musl does neither', () => {
    expect(config('domain a b').search).toEqual(['a']);
    expect(config('domain a b', musl).search).toEqual(['a', 'b']);
    expect(config('search a\ndomain \nsearch').search).toEqual(['a']);
    expect(config('search a\nsearch ', musl).search).toEqual([]);
  });

  test('reads IPv4 addresses as libc does, in octal and with parts left out', () => {
    const text = ['127.1', '010.0.0.1', '300.0.0.1', '10.0.0.1.', 'dns.test'].map((at) => `nameserver ${at}`);
    expect(config(text.join('\n'))).toMatchObject({
      nameservers: ['127.0.0.1', '8.0.0.1'],
      invalid: ['300.0.0.1', '10.0.0.1.', 'dns.test'],
    });
  });

  test('passes over an indented line, as libc does', () => {
    const text = '  nameserver 10.0.0.1\nnameserver 10.0.0.2\n\toptions ndots:5\n search a';
    for (const libc of [glibc, musl]) {
      expect(config(text, libc)).toMatchObject({ nameservers: ['10.0.0.2'], ndots: 1, search: [] });
    }
  });

  test('adds up option lines, the last of a kind wins, RES_OPTIONS comes after', () => {
    const text = 'options ndots:5 timeout:3\noptions timeout:2 rotate';
    expect(config(text, glibc, { resOptions: 'attempts:4 ndots:1' })).toMatchObject({
      ndots: 1,
      timeout: 2,
      attempts: 4,
    });
    expect(config(text, musl, { resOptions: 'attempts:4' })).toMatchObject({
      ndots: 5,
      timeout: 2,
      attempts: 2,
    });
  });

  test('caps what libc caps', () => {
    expect(config('options ndots:99 timeout:99 attempts:99')).toMatchObject({
      ndots: 15,
      timeout: 30,
      attempts: 5,
    });
    expect(config('options timeout:99 attempts:99', musl)).toMatchObject({ timeout: 60, attempts: 10 });
  });

  test('names the options that this libc ignores', () => {
    const text = 'options ndots:2 single-request-reopen no-aaaa frobnicate';
    expect(config(text).ignored).toEqual(['frobnicate']);
    expect(config(text, musl).ignored).toEqual(['single-request-reopen', 'no-aaaa', 'frobnicate']);
  });

  test('no-aaaa before glibc 2.36 is ignored', () => {
    expect(config('options no-aaaa', { name: 'glibc', version: '2.35' }).ignored).toEqual(['no-aaaa']);
  });

  test('without search list takes the domain of the host name, LOCALDOMAIN before all; glibc only', () => {
    expect(config('', glibc, { hostname: 'web.corp.example' }).search).toEqual(['corp.example']);
    expect(config('', musl, { hostname: 'web.corp.example' }).search).toEqual([]);
    expect(config('search a', glibc, { localDomain: 'b c' }).search).toEqual(['b', 'c']);
    expect(config('search a', musl, { localDomain: 'b c' }).search).toEqual(['a']);
  });
});

describe('candidates', () => {
  test('of a name with fewer dots than ndots go through the search list first', () => {
    expect(candidates('example.com', config(CLUSTER), glibc)).toEqual([
      'example.com.ns.svc.cluster.local.',
      'example.com.svc.cluster.local.',
      'example.com.cluster.local.',
      'example.com.',
    ]);
  });

  test('of a name with dots enough begin with the name; musl stops there', () => {
    const text = 'search corp.example';
    expect(candidates('example.com', config(text), glibc)).toEqual([
      'example.com.',
      'example.com.corp.example.',
    ]);
    expect(candidates('example.com', config(text, musl), musl)).toEqual(['example.com.']);
  });

  test('of a name with a trailing dot are that name', () => {
    expect(candidates('example.com.', config(CLUSTER), glibc)).toEqual(['example.com.']);
  });

  test('of a search domain "." are the name itself', () => {
    expect(candidates('redis', config('search .'), glibc)).toEqual(['redis.']);
    expect(candidates('db.redis', config('search .'), glibc)).toEqual(['db.redis.', 'db.redis.']);
  });
});

test('worstCase is timeout x attempts x servers x names with glibc, the timeout alone with musl', () => {
  const text = `nameserver 10.0.0.1\nnameserver 10.0.0.2\n${CLUSTER}`;
  expect(worstCase(config(text), glibc, 4)).toBe(5 * 2 * 2 * 4);
  expect(worstCase(config(text, musl), musl, 4)).toBe(5);
});

test('firstWait is the timeout with glibc, timeout / attempts with musl', () => {
  expect(firstWait(config(''), glibc)).toBe(5000);
  expect(firstWait(config('', musl), musl)).toBe(2500);
});
