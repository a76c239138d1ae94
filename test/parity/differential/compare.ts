import type { Families } from '../../../src';
import type { Difference } from './differences';
import type { Seen } from './observe';
import { RemoteSubject } from './remote-subject';

/** The hosts file that the calls are about. */
export const HOSTS = `
127.0.0.1 localhost
::1 localhost ip6-localhost
127.0.1.1 sandbox
10.2.0.1 hosts-both
fd02::1 hosts-both
10.2.0.2 hosts-four-only
fd02::2 hosts-six-only
10.2.0.3 hosts-twice
10.2.0.3 hosts-twice
::ffff:10.2.0.4 hosts-mapped
`;

/** Makes calls through both, and gives those that do not go the same way. */
export type Compare = (calls: readonly string[]) => Promise<Difference[]>;

/** Starts both, for as long as `use` takes. */
export async function comparing(
  binary: string,
  families: Families,
  flags: readonly string[],
  use: (compare: Compare) => Promise<void>,
): Promise<void> {
  const [node, ours] = await Promise.all([
    RemoteSubject.start(binary, 'node', flags),
    RemoteSubject.start(binary, families, flags),
  ]);
  try {
    await use(async (calls) => {
      const found: Difference[] = [];
      for (let start = 0; start < calls.length; start += AT_ONCE) {
        const some = calls.slice(start, start + AT_ONCE);
        const [byNode, byOurs] = [await node.see(some), await ours.see(some)];
        found.push(...some.flatMap((call, at) => difference(call, byNode[at], byOurs[at])));
      }
      return found;
    });
  } finally {
    node.stop();
    ours.stop();
  }
}

/** Calls that one message asks for. */
const AT_ONCE = 200;

function difference(call: string, node: Seen | undefined, ours: Seen | undefined): Difference[] {
  if (node === undefined || ours === undefined) throw new Error(`${call} was not made`);
  return JSON.stringify(node) === JSON.stringify(ours) ? [] : [{ call, node, ours }];
}
