import { expect, test } from 'vitest';
import { Lru } from '../../src/pipeline/lru';

function lruOf(max: number, ...keys: readonly string[]): Lru<string, number> {
  const lru = new Lru<string, number>(max);
  keys.forEach((key, index) => {
    lru.set(key, index);
  });
  return lru;
}

const keysOf = (lru: Lru<string, number>) => [...lru.entries()].map(([key]) => key);

test('set beyond max: the entry set first goes', () => {
  const lru = lruOf(2, 'a', 'b', 'c');
  expect(lru.get('a')).toBeUndefined();
  expect(keysOf(lru)).toEqual(['b', 'c']);
  expect(lru.size).toBe(2);
});

test('get: the entry counts as used', () => {
  const lru = lruOf(2, 'a', 'b');
  expect(lru.get('a')).toBe(0);
  lru.set('c', 2);
  expect(keysOf(lru)).toEqual(['a', 'c']);
});

test('set of a key that is there: the value changes, the entry counts as used, nothing goes', () => {
  const lru = lruOf(2, 'a', 'b');
  lru.set('a', 9);
  expect([...lru.entries()]).toEqual([
    ['b', 1],
    ['a', 9],
  ]);
});

test('delete during entries: the others are still visited', () => {
  const lru = lruOf(3, 'a', 'b', 'c');
  const visited: string[] = [];
  for (const [key] of lru.entries()) {
    visited.push(key);
    lru.delete(key);
  }
  expect(visited).toEqual(['a', 'b', 'c']);
  expect(lru.size).toBe(0);
});

test('clear: nothing is left', () => {
  const lru = lruOf(3, 'a', '__proto__', 'constructor');
  expect(lru.get('__proto__')).toBe(1);
  lru.clear();
  expect(lru.size).toBe(0);
  expect(lru.get('a')).toBeUndefined();
});
