import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {import('./results.d.ts').Results} Results */
/** @typedef {import('./results.d.ts').Environment} Environment */

const HOUR = 3_600_000;

/**
 * What a runner prints in TAP. Tests of one name are told apart by their number.
 * @param {string} binary
 * @param {string[]} args
 * @param {string} cwd
 * @param {Environment} env
 */
export function tapResults(binary, args, cwd, env) {
  const options = { cwd, env, encoding: /** @type {const} */ ('utf8'), maxBuffer: 2 ** 30, timeout: HOUR };
  const { stdout } = spawnSync(binary, args, options);
  /** @type {Results} */
  const results = new Map();
  for (const [, not, name = ''] of stdout.matchAll(/^\s*(not )?ok \d+ -? ?(.*?)(?: # .*)?$/gm)) {
    const passed = not === undefined && results.get(name) !== false;
    results.set(name, passed);
  }
  return results;
}

/**
 * @param {string} binary
 * @param {string[]} args
 * @param {string} cwd
 * @param {Environment} env
 */
export function mochaResults(binary, args, cwd, env) {
  const file = join(env['ADDRINFO_SUITE_SCRATCH'] ?? cwd, 'mocha.json');
  const reporter = ['--reporter', 'json', '--reporter-option', `output=${file}`];
  const options = { cwd, env, encoding: /** @type {const} */ ('utf8'), maxBuffer: 2 ** 30, timeout: HOUR };
  const { stderr } = spawnSync(binary, ['node_modules/mocha/bin/mocha.js', ...args, ...reporter], options);
  /** @type {Results} */
  const results = new Map();
  try {
    /** @type {{ passes: { fullTitle: string }[], failures: { fullTitle: string }[] }} */
    const { passes, failures } = JSON.parse(readFileSync(file, 'utf8'));
    for (const { fullTitle } of passes) results.set(fullTitle, true);
    for (const { fullTitle } of failures) results.set(fullTitle, false);
  } catch (error) {
    throw new Error(`mocha wrote no results: ${stderr}`, { cause: error });
  }
  return results;
}

/**
 * @param {string[]} groups
 * @param {(group: string) => Results} run
 */
export function runInGroups(groups, run) {
  return new Map(
    groups.flatMap((group) =>
      [...run(group)].map(([name, passed]) => /** @type {const} */ ([`${group}: ${name}`, passed])),
    ),
  );
}
