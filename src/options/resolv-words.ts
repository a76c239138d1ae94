import { inspect } from 'node:util';
import { resolverFlags } from '../native/libc';
import { valueError } from '../shared/errors';

/** What words can say of {@link import('./resolv').ResolvOptions}. */
export type Words = Record<string, boolean | number>;

const FLAGS: ReadonlyMap<string, string> = new Map(resolverFlags.map(([name, word]) => [word, name]));
const NUMBERS = ['ndots', 'timeout', 'attempts'];

/**
 * The words of resolv.conf's `options` line; the bounds of numbers are still to be checked.
 * `'single-request timeout:1 -rotate'` is `{ singleRequest: true, timeout: 1, rotate: false }`.
 * Throws a TypeError that names a word which is none.
 */
export function parseWords(where: string, text: string): Words {
  const words: Words = {};
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    const [name, digits] = word.split(/:(.*)/s);
    const numeric = NUMBERS.find((known) => known === name);
    const flag = FLAGS.get(word.replace(/^-/, ''));
    if (flag !== undefined) words[flag] = !word.startsWith('-');
    else if (numeric !== undefined) {
      if (digits === undefined || !/^\d+$/.test(digits)) {
        throw valueError(`${where}: ${numeric}`, `a number, as in ${numeric}:1`, word);
      }
      words[numeric] = Number(digits);
    } else {
      const known = [...NUMBERS.map((number) => `${number}:N`), ...FLAGS.keys()];
      throw valueError(`${where}: the word ${inspect(word)}`, `one of ${known.join(', ')}`, text);
    }
  }
  return words;
}
