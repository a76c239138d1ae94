import { isIPv4, isIPv6 } from 'node:net';
import type { Seen } from './observe';

/** One call, made through Node's function and through ours. */
export interface Difference {
  readonly call: string;
  readonly node: Seen;
  readonly ours: Seen;
}

/** A difference that docs/differences.md names, by its heading there. */
interface Documented {
  readonly title: string;
  explains(difference: Difference): boolean;
}

const ADDRESSES = /\[ \{ address: .*\} \]|\{ address: '[^']*', family: \d \}|'[^']*', \d(?=\))/;

/** The lines without the addresses in them. */
function withoutAddresses({ observation }: Seen): string {
  return observation.lines.map((line) => line.replace(ADDRESSES, 'ADDRESSES')).join('\n');
}

function isSameBut(what: (seen: Seen) => string, { node, ours }: Difference): boolean {
  return what(node) === what(ours);
}

function isIncluded(part: readonly string[], whole: readonly string[]): boolean {
  return part.every((item) => whole.includes(item));
}

function isSameObservation({ node, ours }: Difference): boolean {
  return JSON.stringify(node.observation) === JSON.stringify(ours.observation);
}

function isSomeOf(part: readonly string[], whole: readonly string[]): boolean {
  return part.length > 0 && isIncluded(part, whole);
}

/** What the default may do otherwise than Node, in lookups without a family; nothing else. */
export const DOCUMENTED: readonly Documented[] = [
  {
    title: 'A name that has IPv4 addresses gives no others',
    explains(difference) {
      const { node, ours } = difference;
      const [theirs, mine] = [node.observation.addresses, ours.observation.addresses];
      const wholeList = theirs.length > 1 || mine.length > 1;
      return (
        isSameBut(withoutAddresses, difference) &&
        theirs.some(isIPv6) &&
        isSomeOf(mine, wholeList ? theirs.filter(isIPv4) : mine.filter(isIPv4)) &&
        (!wholeList || mine.length === theirs.filter(isIPv4).length) &&
        isIncluded(ours.queries, node.queries)
      );
    },
  },
  {
    title: 'A query is spared',
    explains(difference) {
      const { node, ours } = difference;
      return isSameObservation(difference) && isIncluded(ours.queries, node.queries);
    },
  },
];

/** The documented differences that account for this one; none where the caller named a family. */
export function explanations(difference: Difference): string[] {
  if (difference.node.observation.family !== 0) return [];
  return DOCUMENTED.filter((documented) => documented.explains(difference)).map(({ title }) => title);
}

export function isUnexplained(difference: Difference): boolean {
  return explanations(difference).length === 0;
}
