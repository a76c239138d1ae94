// The packages of this checkout as npm installs them on Alpine and on Windows: the test runner has native parts of its
// own.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installLocked } from '../guest/fixtures.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, 'node_modules/.cache/platforms/test-runner');
const rolldown = 'node_modules/@rolldown/binding-linux-x64-musl';

/** What npm calls the platforms of prebuilt addons. */
const platforms = {
  'linux-x64-musl': ['--os=linux', '--cpu=x64', '--libc=musl'],
  'win32-x64': ['--os=win32', '--cpu=x64'],
};

/** @typedef {keyof typeof platforms} Platform */

export function installTestRunner() {
  for (const [platform, flags] of Object.entries(platforms)) {
    installLocked(root, join(cache, platform), ...flags, '--force');
  }
}

/**
 * On musl rolldown takes the machine's ldd for its own, and would look for its part for glibc.
 *
 * @param {Platform} platform
 * @returns {NodeJS.ProcessEnv}
 */
export function runnerEnvironment(platform) {
  if (platform !== 'linux-x64-musl') return {};
  const folder = join(cache, platform, rolldown);
  const file = readdirSync(folder).find((name) => name.endsWith('.node')) ?? '';
  return { NAPI_RS_NATIVE_LIBRARY_PATH: join(folder, file) };
}

/**
 * Lays out a checkout in which the addon for this platform is the local build.
 *
 * @param {string} folder
 * @param {Platform} platform
 */
export function layOutCheckout(folder, platform) {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  for (const name of tracked.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))) {
    cpSync(join(root, name), join(folder, name));
  }
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  symlinkSync(join(cache, platform, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'build/Release'), { recursive: true });
  cpSync(join(root, 'prebuilds', platform, 'addrinfo.node'), join(folder, 'build/Release/addrinfo.node'));
}
