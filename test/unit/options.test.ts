import { expect, test } from 'vitest';
import { Resolver } from '../../src/index';

test('Resolver with a bad option throws a TypeError that names it', () => {
  const make = (options: unknown) => () => Reflect.construct(Resolver, [options]);
  expect(make({ hedge: 0 })).toThrow('options.hedge must be a number of milliseconds from 1');
  expect(make({ families: 'ipv5' })).toThrow(
    "options.families must be one of ipv4-only, ipv4-first, dual, system, got 'ipv5'",
  );
  expect(make({ cache: {} })).toThrow('options.cache.ttl must be a number of milliseconds, got undefined');
  expect(make({ cache: { ttl: 1, maxEntries: 0 } })).toThrow(
    'options.cache.maxEntries must be a whole number',
  );
  expect(make({ maxPending: '1' })).toThrow('options.maxPending must be a whole number from 1');
  expect(make({ hegde: 1 })).toThrow("options has no option 'hegde'");
  expect(make(null)).toThrow('options must be an object, got null');
});
