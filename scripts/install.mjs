// Runs when the package is installed. The prebuilt addon of this platform is used if it loads; without
// one, or with --build-from-source, or where one has been compiled before, it is compiled.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const load = createRequire(import.meta.url);
const isCheckout = !existsSync(join(root, 'dist'));

/** @returns {unknown} why the package does not load; undefined: it does */
function obstacle() {
  try {
    load('../dist/index.js');
    return undefined;
  } catch (error) {
    return error;
  }
}

function prebuiltLoads() {
  if (isCheckout) return false;
  const error = obstacle();
  const cause = error instanceof Error ? error.cause : undefined;
  const isAbsent = cause instanceof Error && 'tries' in cause;
  if (error && !isAbsent) console.error(`addrinfo: the prebuilt addon does not load: ${cause ?? error}`);
  return error === undefined;
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
    const error = isCheckout ? undefined : obstacle();
    if (error) console.error(error instanceof Error ? error.message : error);
  }
}
