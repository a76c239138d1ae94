import type { Families } from '../../../src';
import type { Difference } from './differences';
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

/** Makes one call through both; undefined when nobody could tell them apart. */
export type Compare = (call: string) => Promise<Difference | undefined>;

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
    await use(async (call) => {
      const difference = { call, node: await node.see(call), ours: await ours.see(call) };
      const same = JSON.stringify(difference.node) === JSON.stringify(difference.ours);
      return same ? undefined : difference;
    });
  } finally {
    node.stop();
    ours.stop();
  }
}

/** The calls that do not go the same way through both. */
export async function differences(calls: readonly string[], compare: Compare): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const call of calls) {
    const difference = await compare(call);
    if (difference !== undefined) found.push(difference);
  }
  return found;
}
