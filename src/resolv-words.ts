import { inspect } from 'node:util';
import type { Fields } from './checks';
import { valueError } from './errors';

const FLAGS: ReadonlyMap<string, string> = new Map([
  ['rotate', 'rotate'],
  ['single-request', 'singleRequest'],
  ['single-request-reopen', 'singleRequestReopen'],
  ['use-vc', 'useVc'],
  ['no-aaaa', 'noAaaa'],
  ['edns0', 'edns0'],
  ['trust-ad', 'trustAd'],
]);
const NUMBERS = ['ndots', 'timeout', 'attempts'];

/**
 * The words of resolv.conf's `options` line, as fields whose bounds are still to be checked:
 * `'single-request timeout:1 -rotate'` is `{ singleRequest: true, timeout: 1, rotate: false }`.
 * Throws a TypeError that names a word which is none.
 */
export function fieldsOfWords(where: string, text: string): Fields {
  const fields: Record<string, unknown> = {};
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    const [name = '', digits] = word.split(/:(.*)/s);
    const flag = FLAGS.get(word.replace(/^-/, ''));
    if (flag !== undefined) fields[flag] = !word.startsWith('-');
    else if (NUMBERS.includes(name)) {
      if (digits === undefined || !/^\d+$/.test(digits)) {
        throw valueError(`${where}: ${name}`, `a number, as in ${name}:1`, word);
      }
      fields[name] = Number(digits);
    } else {
      const known = [...NUMBERS.map((number) => `${number}:N`), ...FLAGS.keys()];
      throw valueError(`${where}: the word ${inspect(word)}`, `one of ${known.join(', ')}`, text);
    }
  }
  return fields;
}
