#!/usr/bin/env node
// node test/guest/fixtures.mjs
//
// Installs the packages that test/guest runs beside addrinfo (fixtures/package.json: tracers, clients that retry) into
// node_modules/.cache/guest. To be run before a sandbox is entered, which reaches no registry.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const source = fileURLToPath(new URL('fixtures/', import.meta.url));

/** Where scripts find the packages: run them there. */
export const fixtures = fileURLToPath(new URL('../../node_modules/.cache/guest/', import.meta.url));

/**
 * Copies a manifest and its lock file, and installs what they say, unless that is there already.
 * @param {string} from
 * @param {string} to
 * @param {...string} flags - of npm
 */
export function installLocked(from, to, ...flags) {
  const lock = 'package-lock.json';
  const isDone =
    existsSync(join(to, 'node_modules')) &&
    existsSync(join(to, lock)) &&
    readFileSync(join(to, lock), 'utf8') === readFileSync(join(from, lock), 'utf8');
  if (isDone) return;
  mkdirSync(to, { recursive: true });
  copyFileSync(join(from, 'package.json'), join(to, 'package.json'));
  copyFileSync(join(from, lock), join(to, lock));
  const npm = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...flags];
  const { status } = spawnSync('npm', npm, { cwd: to, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`cannot install ${join(from, 'package.json')}`);
}

/** Why the packages cannot be used, if so. */
export const missingFixtures = existsSync(join(fixtures, 'node_modules'))
  ? undefined
  : 'packages are missing: run test/guest/fixtures.mjs';

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) installLocked(source, fixtures);
