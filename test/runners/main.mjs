#!/usr/bin/env node
// node test/runners/main.mjs [NAME...]
//
// Runs a small project under each test runner, with addrinfo loaded as its users load it: jest, vitest, node:test, mocha
// with sinon, ava. The runners (package.json) are installed into node_modules/.cache/runners first; the rest happens in
// the sandbox. Each project is red under a lookup that gets in the way of the runner.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installLocked } from '../guest/fixtures.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, 'node_modules/.cache/runners');
const packages = join(cache, 'node_modules');

/**
 * @typedef {object} Run
 * @property {string} name
 * @property {string} project - a folder in projects/
 * @property {string[]} args - of Node
 * @property {Record<string, string>} [env]
 */

const jest = ['node_modules/jest/bin/jest.js', '--runInBand', '--no-cache'];
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--no-file-parallelism'];
const preload = { NODE_OPTIONS: '--require addrinfo/register' };

/** @type {Run[]} */
const runs = [
  { name: 'jest', project: 'jest', args: jest },
  { name: 'jest --detectOpenHandles', project: 'jest-handles', args: [...jest, '--detectOpenHandles'] },
  { name: 'jest, preloaded', project: 'jest', args: jest, env: preload },
  ...['threads', 'forks', 'vmThreads', 'vmForks'].map((pool) => ({
    name: `vitest ${pool}`,
    project: 'vitest',
    args: [...vitest, '--pool', pool],
  })),
  { name: 'node:test', project: 'node-test', args: ['--no-warnings', '--test'], env: preload },
  { name: 'mocha', project: 'mocha', args: ['node_modules/mocha/bin/mocha.js', '*.test.mjs'], env: preload },
  { name: 'ava', project: 'ava', args: ['node_modules/ava/entrypoints/cli.mjs'] },
];

/** What a runner prints of a process that is not as it should be, without being red. */
const COMPLAINTS =
  /open handle|did not exit|torn down|after the Jest environment|Unhandled|AddrinfoWarning|DeprecationWarning/;

/** The package as npm lays it: a copy, for runners treat what is not in node_modules as the project's own source. */
function installPackage() {
  const to = join(packages, 'addrinfo');
  rmSync(to, { recursive: true, force: true });
  mkdirSync(join(to, 'build/Release'), { recursive: true });
  for (const file of ['package.json', 'dist', 'build/Release/addrinfo.node']) {
    cpSync(join(root, file), join(to, file), { recursive: true });
  }
}

/**
 * @param {Run} run
 * @returns {string | undefined} what is wrong
 */
function failureOf({ project, args, env = {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'addrinfo-runner-'));
  try {
    cpSync(join(here, 'projects', project), folder, { recursive: true });
    cpSync(join(here, 'projects/name.mjs'), join(folder, 'name.mjs'));
    symlinkSync(packages, join(folder, 'node_modules'));
    const { VITEST: _, ...inherited } = process.env;
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...inherited, CI: 'true', NO_COLOR: '1', ...env },
      timeout: 120_000,
    });
    const output = stdout + stderr;
    if (status !== 0) return `ended with ${signal ?? status}\n${output}`;
    const complaint = COMPLAINTS.exec(output);
    return complaint === null ? undefined : `complains: ${complaint[0]}\n${output}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {string[]} names */
function runAll(names) {
  const wanted = names.length === 0 ? runs : runs.filter(({ name }) => names.includes(name));
  let failed = 0;
  for (const run of wanted) {
    const failure = failureOf(run);
    console.log(`${failure === undefined ? 'ok  ' : 'FAIL'} ${run.name}`);
    if (failure === undefined) continue;
    failed += 1;
    console.log(failure.replace(/^/gm, '     '));
  }
  console.log(`${wanted.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && wanted.length > 0 ? 0 : 1;
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--inside') {
  if (process.env['ADDRINFO_SANDBOX'] === undefined)
    throw new Error(`no sandbox: ${process.env['ADDRINFO_NO_SANDBOX']}`);
  runAll(rest);
} else {
  installLocked(here, cache);
  installPackage();
  const sandbox = [
    join(root, 'test/support/sandbox/sandbox.mjs'),
    '--',
    process.execPath,
    fileURLToPath(import.meta.url),
  ];
  const { status } = spawnSync(process.execPath, [...sandbox, '--inside', ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
