import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** @typedef {import('./results.d.ts').Results} Results */
/** @typedef {import('./results.d.ts').Environment} Environment */

const HOUR = 3_600_000;

/**
 * @param {string} tap
 * @returns {Results} tests of one name count as one, which passed if all did
 */
function readTap(tap) {
  /** @type {Results} */
  const results = new Map();
  for (const [, not, name = ''] of tap.matchAll(/^\s*(not )?ok \d+ -? ?(.*?)(?: # .*)?$/gm)) {
    results.set(name, not === undefined && results.get(name) !== false);
  }
  return results;
}

/**
 * What a runner prints in TAP.
 * @param {string} binary
 * @param {string[]} args
 * @param {string} cwd
 * @param {Environment} env
 */
export function tapResults(binary, args, cwd, env) {
  const options = { cwd, env, encoding: /** @type {const} */ ('utf8'), maxBuffer: 2 ** 30, timeout: HOUR };
  return readTap(spawnSync(binary, args, options).stdout);
}

/**
 * What each file with tests of node:test prints in TAP, in a process of its own, two at a time: one that hangs is ended,
 * and takes no other with it. What did not pass is given a second try, alone.
 * @param {string} binary
 * @param {string[]} args - before the file
 * @param {string[]} files
 * @param {string} cwd
 * @param {Environment} env
 */
export async function tapResultsOfFiles(binary, args, files, cwd, env) {
  /** @type {Results} */
  const results = new Map();
  /** @param {string} file */
  async function run(file) {
    const child = spawn(binary, [...args, '--test-reporter=tap', file], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 120_000,
      killSignal: 'SIGKILL',
    });
    const [tap, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    for (const [name, passed] of readTap(tap)) results.set(`${file}: ${name}`, passed);
    results.set(file, code === 0);
  }
  const left = [...files];
  const work = async () => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) await run(file);
  };
  await Promise.all([work(), work()]);
  for (const file of files.filter((name) => results.get(name) === false)) await run(file);
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
