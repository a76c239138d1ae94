import dns from 'node:dns';
import { lookup4 } from 'addrinfo';
import { afterEach, expect, test, vi } from 'vitest';
import { uniqueName } from './name.mjs';

afterEach(() => {
  vi.useRealTimers();
});

test('a lookup that is pending while the clock is put past its deadline is answered', async () => {
  vi.useFakeTimers();
  const lookups = [
    dns.promises.lookup(uniqueName('a-10-1-2-3.delay-200')).then(({ address }) => address),
    lookup4(uniqueName('a-10-1-2-3.delay-200')),
  ];
  vi.advanceTimersByTime(6000);
  expect(await Promise.all(lookups)).toEqual(['10.1.2.3', '10.1.2.3']);
});

test('no timer of a lookup is among those that are faked', () => {
  vi.useFakeTimers();
  lookup4(uniqueName('a-10-1-2-3.delay-50')).catch(() => {});
  expect(vi.getTimerCount()).toBe(0);
});

test('vi.resetModules with a lookup pending', async () => {
  const pending = lookup4(uniqueName('a-10-1-2-3.delay-200'));
  vi.resetModules();
  const again = await import('addrinfo');
  expect(await again.lookup4(uniqueName('a-10-4-5-6'))).toBe('10.4.5.6');
  expect(await pending).toBe('10.1.2.3');
});
