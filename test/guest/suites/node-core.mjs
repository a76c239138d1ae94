import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The folders with tests that a lookup can get in the way of, in Node's own sources and in pg's, and which of them. */
const FOLDERS = /** @type {const} */ ([
  ['test/parallel', /^test-(?:dns|net-|http-|timers-).*\.m?js$/],
  ['test/async-hooks', /^test-.*\.m?js$/],
  ['test/unit', /-tests\.js$/],
  ['test/integration', /-tests\.js$/],
]);

/** @param {string} root */
function testsIn(root) {
  return FOLDERS.filter(([folder]) => existsSync(join(root, folder)))
    .flatMap(([folder, pattern]) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => pattern.test(basename(file)))
        .map((file) => join(folder, file)),
    )
    .sort();
}

/**
 * What a test's first lines say Node is to be started with.
 * @param {string} file
 */
function flagsOf(file) {
  const found = /^\/\/ Flags:(.*)$/m.exec(readFileSync(file, 'utf8'));
  return (found?.[1] ?? '').split(' ').filter((flag) => flag !== '');
}

/**
 * @param {string} binary
 * @param {string} folder
 * @param {string} file
 * @param {import('./results.d.ts').Environment} env
 */
async function passes(binary, folder, file, env) {
  const child = spawn(binary, [...flagsOf(join(folder, file)), file], {
    cwd: folder,
    stdio: 'ignore',
    env,
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const [code] = await once(child, 'close');
  return code === 0;
}

/**
 * Runs each file in a process of its own, two at a time; one that failed is given a second try, alone.
 * @param {string} binary
 * @param {string} folder
 * @param {import('./results.d.ts').Environment} env
 */
export async function runNodeTests(binary, folder, env) {
  const scratch = env['ADDRINFO_SUITE_SCRATCH'] ?? folder;
  /** @type {import('./results.d.ts').Results} */
  const results = new Map();
  const left = testsIn(folder);
  /** @param {number} id */
  async function work(id) {
    const NODE_TEST_DIR = join(scratch, String(id));
    mkdirSync(NODE_TEST_DIR, { recursive: true });
    const own = { ...env, TEST_THREAD_ID: String(id), NODE_TEST_DIR };
    for (let file = left.shift(); file !== undefined; file = left.shift()) {
      results.set(file, await passes(binary, folder, file, own));
    }
  }
  await Promise.all([work(1), work(2)]);
  for (const [file, passed] of results) {
    if (!passed) results.set(file, await passes(binary, folder, file, { ...env, NODE_TEST_DIR: scratch }));
  }
  return results;
}
