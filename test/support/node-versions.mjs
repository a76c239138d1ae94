#!/usr/bin/env node
// node test/support/node-versions.mjs 20 22 24 26
//
// Sees to it that these Node versions are at hand, from the npm registry, in node_modules/.cache/node, and prints where.
// To be run before a sandbox is entered, which reaches no registry; inside one `nodeBinary` finds them.
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installBinary } from './from-registry.mjs';

/** The release lines that are tested. */
export const versions = ['20', '22', '24', '26'];

const folder = fileURLToPath(new URL('../../node_modules/.cache/node/', import.meta.url));
const packageName = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** @param {string} version */
const pathOf = (version) => `${folder}${version}/node_modules/${packageName}/bin/node`;

/**
 * The binary of this release line: an installed one, else the running one if it is of that line.
 * @param {string} version
 * @returns {string | undefined}
 */
export function nodeBinary(version) {
  const binary = pathOf(version);
  if (existsSync(binary)) return binary;
  return process.versions.node.startsWith(`${version}.`) ? process.execPath : undefined;
}

/**
 * @param {string} version
 * @returns {string}
 */
export function installNode(version) {
  const found = nodeBinary(version);
  if (found !== undefined) return found;
  return installBinary(folder + version, `${packageName}@${version}`, pathOf(version));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const wanted = process.argv.slice(2);
  for (const version of wanted.length > 0 ? wanted : versions) console.log(version, installNode(version));
}
