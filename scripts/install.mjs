// Runs when the package is installed. The prebuilt addon of this platform is used if it loads; without
// one, or with --build-from-source, or where one has been compiled before, it is compiled.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const load = createRequire(import.meta.url);
const isCheckout = !existsSync(join(root, 'dist'));

function prebuiltLoads() {
  if (isCheckout) return false;
  const { prebuiltName } = load('../dist/prebuilt.js');
  const addon = join(root, 'prebuilds', prebuiltName(), 'addrinfo.node');
  if (!existsSync(addon)) return false;
  try {
    load(addon);
    return true;
  } catch (error) {
    console.error(`addrinfo: the prebuilt addon does not load: ${error}`);
    return false;
  }
}

function compiles() {
  const own = process.env['npm_config_node_gyp'];
  const args = ['rebuild'];
  const options = /** @type {const} */ ({ cwd: root, stdio: 'inherit' });
  const { status, error } = own
    ? spawnSync(process.execPath, [own, ...args], options)
    : spawnSync('node-gyp', args, { ...options, shell: process.platform === 'win32' });
  if (error) console.error(`addrinfo: node-gyp does not run: ${error.message}`);
  return status === 0;
}

const fromSource = ['true', 'addrinfo'].includes(process.env['npm_config_build_from_source'] ?? '');
const compiledBefore = existsSync(join(root, 'build'));
if (fromSource || compiledBefore || !prebuiltLoads()) {
  if (!compiles()) {
    process.exitCode = 1;
    if (!isCheckout) sayWhatToInstall();
  }
}

function sayWhatToInstall() {
  try {
    load('../dist/addon.js');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}
