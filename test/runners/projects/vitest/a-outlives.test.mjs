import dns from 'node:dns';
import { lookup4 } from 'addrinfo';
import { expect, test } from 'vitest';
import { uniqueName } from './name.mjs';

test('a lookup that outlives its test, of which nobody hears', () => {
  dns.lookup(uniqueName('a-10-1-2-3.delay-300'), () => {});
  dns.promises.lookup(uniqueName('a-10-1-2-3.delay-300')).catch(() => {});
  lookup4(uniqueName('drop'), { timeout: 200 }).catch(() => {});
});

test('register has put ours in place', () => {
  expect(Object.getOwnPropertySymbols(dns.lookup).map(String)).toContain('Symbol(addrinfo.original)');
});
