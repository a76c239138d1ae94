import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOnEachNode } from '../../support/each-node';
import { describeInSandbox, restoreEtc, writeHosts } from '../../support/sandbox/in-sandbox';
import { lookupCall } from './arbitrary';
import { LOOKUP_CALLS, ORDERED_CALLS, SERVICE_CALLS } from './calls';
import { comparing, HOSTS } from './compare';
import { DOCUMENTED, explanations, isUnexplained } from './differences';

const RUNS = Number(process.env['ADDRINFO_FUZZ_RUNS'] ?? 300);
/** ms that a test may take. */
const PATIENCE = 120_000 + 300 * RUNS;

async function forRandomCalls(check: (call: string) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(lookupCall, check), { numRuns: RUNS });
}

describeInSandbox('dns.lookup and ours', () => {
  beforeAll(() => writeHosts(HOSTS));
  afterAll(restoreEtc);

  describeOnEachNode('side by side', (binary) => {
    test(
      "with families 'system', no call tells them apart, nor does any random lookup",
      async () => {
        await comparing(binary, 'system', ['--dns-result-order=verbatim'], async (compare) => {
          expect(await compare([...LOOKUP_CALLS, ...SERVICE_CALLS])).toEqual([]);
          await forRandomCalls(async (call) => {
            expect(await compare([call])).toEqual([]);
          });
        });
      },
      PATIENCE,
    );

    test.each(['ipv4first', 'ipv6first'])(
      "with families 'system' and default order %s, no call tells them apart",
      async (order) => {
        await comparing(binary, 'system', [`--dns-result-order=${order}`], async (compare) => {
          expect(await compare(ORDERED_CALLS)).toEqual([]);
        });
      },
      PATIENCE,
    );

    test(
      'with the default families, the differences are the documented ones, in random lookups too',
      async () => {
        await comparing(binary, 'ipv4-first', [], async (compare) => {
          const found = await compare([...LOOKUP_CALLS, ...SERVICE_CALLS]);
          expect(found.filter(isUnexplained)).toEqual([]);
          const seen = new Set(found.flatMap(explanations));
          expect([...seen].sort()).toEqual(DOCUMENTED.map(({ title }) => title).sort());
          await forRandomCalls(async (call) => {
            expect((await compare([call])).filter(isUnexplained)).toEqual([]);
          });
        });
      },
      PATIENCE,
    );
  });

  test('docs/differences.md has the documented differences, and no others, for the default', () => {
    const text = readFileSync(join(__dirname, '../../../docs/differences.md'), 'utf8');
    const [, section = ''] = text.split(/^## /m);
    const headings = [...section.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(DOCUMENTED.map(({ title }) => title));
  });
});
