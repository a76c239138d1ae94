// node scripts/lint.mjs [--write]
//
// Checks every file that git knows or would add: style, types, and which room imports which. With --write it
// formats the files instead.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkRooms } from './lint/rooms.mjs';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });

/**
 * @param {string} name
 * @param {readonly string[]} args
 * @returns {boolean} whether it found nothing
 */
function passes(name, args) {
  // On Windows the commands of npm packages are scripts.
  const bin = join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
  const { status, error } = spawnSync(bin, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) console.error(`${name}: ${error.message}`);
  return status === 0;
}

/** @returns {string[]} */
function filesOfTheRepository() {
  // In a container the checkout may belong to another user.
  const options = ['-c', 'safe.directory=*', 'ls-files', '--cached', '--others', '--exclude-standard'];
  const { status, stdout, stderr } = spawnSync('git', options, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`git ls-files: ${stderr}`);
  return stdout.split('\n').filter((file) => file !== '' && existsSync(join(root, file)));
}

const files = filesOfTheRepository();
const forClang = files.filter((file) => /\.(?:cc|h)$/.test(file));
// Biome passes over files of other kinds.
const biome = ['check', '--files-ignore-unknown=true', '--no-errors-on-unmatched'];

let clean;
if (values.write) {
  clean = [passes('biome', [...biome, '--write', ...files]), passes('clang-format', ['-i', ...forClang])];
} else {
  const trespasses = checkRooms(files);
  for (const text of trespasses) console.error(text);
  clean = [
    passes('biome', [...biome, ...files]),
    passes('clang-format', ['--dry-run', '-Werror', ...forClang]),
    passes('tsc', ['-p', 'tsconfig.json']),
    trespasses.length === 0,
  ];
}
process.exitCode = clean.every(Boolean) ? 0 : 1;
