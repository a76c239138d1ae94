// The packages of this checkout as npm installs them on Alpine: the test runner has native parts of its own.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installLocked } from '../guest/fixtures.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, 'node_modules/.cache/platforms/test-runner');
const rolldown = join(cache, 'node_modules/@rolldown/binding-linux-x64-musl');

export function installTestRunner() {
  installLocked(root, cache, '--os=linux', '--cpu=x64', '--libc=musl', '--force');
}

/** It takes the machine's ldd for its own, and would look for the part for glibc. */
export function runnerEnvironment() {
  const file = readdirSync(rolldown).find((name) => name.endsWith('.node')) ?? '';
  return { ...process.env, NAPI_RS_NATIVE_LIBRARY_PATH: join(rolldown, file) };
}

/**
 * Lays out a checkout in which the addon for musl is the local build.
 *
 * @param {string} folder
 */
export function layOutCheckout(folder) {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  for (const name of tracked.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))) {
    cpSync(join(root, name), join(folder, name));
  }
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  symlinkSync(join(cache, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'build/Release'), { recursive: true });
  cpSync(join(root, 'prebuilds/linux-x64-musl/addrinfo.node'), join(folder, 'build/Release/addrinfo.node'));
}
