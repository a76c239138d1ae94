// A process of its own, in a sandbox whose network is not as usual: in-network.ts first FAMILIES, or
// in-network.ts refused. Prints the first address of a name with both families.
import { execFileSync } from 'node:child_process';
import { constants, Resolver } from '../../../src';
import { parseFamilies } from '../../../src/options/resolver-options';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

async function first(resolver: Resolver, options: { family?: 4; hints?: number } = {}): Promise<string> {
  try {
    return (await resolver.promises.lookup('www.test', options)).address;
  } catch (error) {
    return codeOf(error);
  }
}

/** Asks with AI_ADDRCONFIG before there is an IPv4 address, and after. */
async function refusedThenNot(): Promise<string> {
  const resolver = new Resolver({ cache: { ttl: 60_000, negativeTtl: 60_000 } });
  const options = { family: 4, hints: constants.AI_ADDRCONFIG } as const;
  const before = await first(resolver, options);
  execFileSync('ip', ['addr', 'add', '10.77.0.1/24', 'dev', 'sandbox0']);
  return `${before} ${await first(resolver, options)}`;
}

const [what, chosen] = process.argv.slice(2);
const families = parseFamilies('families', chosen === '' ? undefined : chosen);
const answer = what === 'refused' ? refusedThenNot() : first(new Resolver({ families }));
answer.then((text) => console.log(text));
