import { execFileSync } from 'node:child_process';

/**
 * What a tool that reads binaries prints.
 *
 * @param {string} tool
 * @param {string[]} args
 */
export function read(tool, ...args) {
  return execFileSync(tool, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
}

/**
 * Every first group of the pattern.
 *
 * @param {string} text
 * @param {RegExp} pattern global, with one group
 */
export function all(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

/**
 * @param {readonly string[]} found
 * @param {readonly (string | RegExp)[]} allowed
 */
export function beyond(found, allowed) {
  return found.filter(
    (name) => !allowed.some((one) => (one instanceof RegExp ? one.test(name) : one === name)),
  );
}
