import { Resolver, type ResolverOptions } from '../../../src';
import { runProgram } from '../../support/child';

/** What came of a lookup of all addresses. */
export interface Looked {
  readonly addresses: readonly string[];
  readonly code: string | undefined;
  readonly ms: number;
}

/** All that look for a name where the system does. */
export const EVERY_FAMILIES = ['ipv4-first', 'dual', 'system'] as const;

/** Options of one lookup. */
export interface LookOptions {
  readonly order?: 'verbatim' | 'ipv4first' | 'ipv6first';
  readonly family?: 0 | 4 | 6;
  readonly hints?: number;
  readonly timeout?: number;
}

/** By a resolver that may have been asked before. */
export async function lookWith(resolver: Resolver, name: string, options: LookOptions = {}): Promise<Looked> {
  const begun = performance.now();
  try {
    const found = await resolver.promises.lookup(name, { ...options, all: true });
    const addresses = found.map(({ address }) => address);
    return { addresses, code: undefined, ms: performance.now() - begun };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { addresses: [], code, ms: performance.now() - begun };
  }
}

/** By a new resolver. */
export function look(policy: ResolverOptions, name: string, options?: LookOptions): Promise<Looked> {
  return lookWith(new Resolver(policy), name, options);
}

/** What the system says: Node's own lookup, in a process that has seen no other /etc. */
export async function systemAnswer(name: string, options: LookOptions = {}): Promise<string[]> {
  const source = `
    const [name, options] = process.argv.slice(1);
    require('node:dns').lookup(name, { ...JSON.parse(options), all: true }, (error, found) => {
      console.log(JSON.stringify(error ? [error.code] : found.map(({ address }) => address)));
    });
  `;
  const { stdout } = await runProgram(process.execPath, ['-e', source, name, JSON.stringify(options)]);
  const answer: string[] = JSON.parse(stdout);
  return answer;
}
