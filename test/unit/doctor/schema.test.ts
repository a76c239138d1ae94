import { expect, test } from 'vitest';
import { schemaErrors } from '../../support/doctor-schema';

test('the schema, as tests use it, knows no field but its own, and misses those that lack', () => {
  expect(schemaErrors({ schema: 1, novelty: true })).toMatch(/must have required property 'addrinfo'/);
  expect(schemaErrors({ schema: 1, novelty: true })).toMatch(/must NOT have additional properties/);
});
