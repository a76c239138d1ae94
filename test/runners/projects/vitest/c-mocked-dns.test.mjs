import dns from 'node:dns';
import { lookup4 } from 'addrinfo';
import { expect, test, vi } from 'vitest';

vi.mock('node:dns', () => ({
  default: { promises: { lookup: async () => ({ address: '1.2.3.4', family: 4 }) } },
}));

test('a dns that is mocked stays mocked, and lookup4 works', async () => {
  expect(await dns.promises.lookup('localhost')).toEqual({ address: '1.2.3.4', family: 4 });
  expect(await lookup4('localhost')).toBe('127.0.0.1');
});
