import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What binding.gyp says of one platform, so that the sources and flags are listed in one place.
 *
 * @typedef {object} Settings
 * @property {string[]} sources
 * @property {string[]} defines
 * @property {string[]} flags
 * @property {string[]} ldflags
 */

/**
 * Reads binding.gyp, which is kept to JSON, `#` comments and conditions of the form `OS=='linux'`.
 *
 * @param {string} root the package's folder
 * @param {string} os
 * @returns {Settings}
 */
export function readGyp(root, os) {
  const text = readFileSync(join(root, 'binding.gyp'), 'utf8').replaceAll(/^\s*#.*$/gm, '');
  const target = JSON.parse(text).targets[0];
  /** @type {Settings} */
  const settings = { sources: [], defines: [], flags: [], ldflags: [] };
  collect(target, os, settings);
  return settings;
}

/**
 * @param {Record<string, any>} scope
 * @param {string} os
 * @param {Settings} into
 */
function collect(scope, os, into) {
  into.sources.push(...(scope['sources'] ?? []));
  into.defines.push(...(scope['defines'] ?? []));
  into.flags.push(...(scope['cflags'] ?? []), ...(scope['cflags_cc'] ?? []));
  into.ldflags.push(...(scope['ldflags'] ?? []));
  for (const [condition, yes, no = {}] of scope['conditions'] ?? []) {
    const parsed = /^OS\s*([=!])=\s*'(\w+)'$/.exec(condition);
    if (parsed === null) throw new Error(`binding.gyp: cannot read the condition ${condition}`);
    const holds = (parsed[2] === os) === (parsed[1] === '=');
    collect(holds ? yes : no, os, into);
  }
}
