#!/usr/bin/env node
// node test/support/other-runtimes.mjs
//
// Sees to it that Bun and Deno are at hand, from the npm registry, in node_modules/.cache/runtimes, and prints where. To be
// run before a sandbox is entered, which reaches no registry; inside one `runtimeBinary` finds them.
import { chmodSync, existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installBinary } from './from-registry.mjs';

const folder = fileURLToPath(new URL('../../node_modules/.cache/runtimes/', import.meta.url));

/** What is tested, and documented in docs/runtimes.md. */
export const runtimes = /** @type {const} */ ({
  bun: { packageName: '@oven/bun-linux-x64', version: '1.4.5', file: 'bin/bun' },
  deno: { packageName: '@deno/linux-x64-glibc', version: '2.9.6', file: 'deno' },
});

/** @typedef {keyof typeof runtimes} Runtime */

/** @param {Runtime} name */
function pathOf(name) {
  const { packageName, version, file } = runtimes[name];
  return `${folder}${name}-${version}/node_modules/${packageName}/${file}`;
}

/**
 * The binary, where it has been installed.
 * @param {Runtime} name
 * @returns {string | undefined}
 */
export function runtimeBinary(name) {
  const binary = pathOf(name);
  return existsSync(binary) ? binary : undefined;
}

/**
 * @param {Runtime} name
 * @returns {string}
 */
function installRuntime(name) {
  const found = runtimeBinary(name);
  if (found !== undefined) return found;
  const { packageName, version } = runtimes[name];
  const binary = installBinary(`${folder}${name}-${version}`, `${packageName}@${version}`, pathOf(name));
  chmodSync(binary, 0o755);
  return binary;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const name of /** @type {const} */ (['bun', 'deno'])) console.log(name, installRuntime(name));
}
