import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOnEachNode } from '../../support/each-node';
import { describeInSandbox, restoreEtc, writeHosts } from '../../support/sandbox/in-sandbox';
import { lookupCall } from './arbitrary';
import { LOOKUP_CALLS, ORDERED_CALLS, SERVICE_CALLS } from './calls';
import { comparing, differences, HOSTS } from './compare';
import { DOCUMENTED, explanations, isUnexplained } from './differences';

const RUNS = Number(process.env['ADDRINFO_FUZZ_RUNS'] ?? 300);
/** ms that a test may take; the random ones, of many runs, more. */
const PATIENCE = 120_000;

describeInSandbox('dns.lookup and ours', () => {
  beforeAll(() => writeHosts(HOSTS));
  afterAll(restoreEtc);

  describeOnEachNode('side by side', (binary) => {
    for (const order of ['verbatim', 'ipv4first', 'ipv6first']) {
      const calls = order === 'verbatim' ? [...LOOKUP_CALLS, ...SERVICE_CALLS] : ORDERED_CALLS;

      test(
        `with families 'system' and default order ${order}, no call tells them apart`,
        async () => {
          await comparing(binary, 'system', [`--dns-result-order=${order}`], async (compare) => {
            expect(await differences(calls, compare)).toEqual([]);
          });
        },
        PATIENCE,
      );
    }

    test(
      'with the default families, all differences are documented, and all documented ones are there',
      async () => {
        await comparing(binary, 'ipv4-first', [], async (compare) => {
          const found = await differences([...LOOKUP_CALLS, ...SERVICE_CALLS], compare);
          expect(found.filter(isUnexplained)).toEqual([]);
          const seen = new Set(found.flatMap(explanations));
          expect([...seen].sort()).toEqual(DOCUMENTED.map(({ title }) => title).sort());
        });
      },
      PATIENCE,
    );

    for (const families of ['system', 'ipv4-first'] as const) {
      test(
        `with families '${families}', random lookups show no other difference`,
        async () => {
          await comparing(binary, families, [], async (compare) => {
            const property = fc.asyncProperty(lookupCall, async (call) => {
              const difference = await compare(call);
              if (difference === undefined) return;
              if (families === 'system' || isUnexplained(difference)) {
                expect(difference.ours).toEqual(difference.node);
              }
            });
            await fc.assert(property, { numRuns: RUNS });
          });
        },
        PATIENCE + 300 * RUNS,
      );
    }
  });

  test('docs/differences.md has the documented differences, and no others, for the default', () => {
    const text = readFileSync(join(__dirname, '../../../docs/differences.md'), 'utf8');
    const [, section = ''] = text.split(/^## /m);
    const headings = [...section.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(DOCUMENTED.map(({ title }) => title));
  });
});
