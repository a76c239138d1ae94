// The packages of this checkout as npm installs them on Alpine: the test runner has native parts of its own.

import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
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
  for (const name of [
    'src',
    'test',
    'dist',
    'prebuilds',
    'package.json',
    'tsconfig.json',
    'vitest.config.mts',
  ]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(cache, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'build/Release'), { recursive: true });
  cpSync(join(root, 'prebuilds/linux-x64-musl/addrinfo.node'), join(folder, 'build/Release/addrinfo.node'));
}
