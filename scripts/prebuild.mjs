// Builds the addon for every platform the package ships a binary for, on one Linux machine, and checks
// each. Needs npm, readelf (binutils) and the LLVM tools (llvm) on PATH; the cross-compiler is installed
// by itself.
//
//   npm run prebuilds                     all targets
//   npm run prebuilds -- linux-x64-musl   some of them
//   npm run prebuilds -- --verify         builds nothing: are all there, in order, with the right sums?

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkElf } from './prebuild/check/elf.mjs';
import { checkMacho } from './prebuild/check/macho.mjs';
import { checkPe } from './prebuild/check/pe.mjs';
import { compile } from './prebuild/compile.mjs';
import { readGyp } from './prebuild/gyp.mjs';
import { targets } from './prebuild/targets.mjs';
import { installToolchain } from './prebuild/toolchain.mjs';

const root = join(import.meta.dirname, '..');
const prebuilds = join(root, 'prebuilds');
const sums = join(prebuilds, 'SHA256SUMS');
/** @param {import('./prebuild/targets.mjs').Target} target */
const fileOf = (target) => join(prebuilds, target.name, 'addrinfo.node');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { verify: { type: 'boolean' } },
});
for (const name of positionals) {
  if (!targets.some((target) => target.name === name)) {
    throw new Error(`no target ${name}; there are ${targets.map((target) => target.name).join(', ')}`);
  }
}

const toolchain = installToolchain();
const chosen = targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
let failed = false;
for (const target of chosen) {
  const file = fileOf(target);
  const started = Date.now();
  if (!values.verify) {
    rmSync(file, { force: true });
    compile(target, toolchain, root, file);
  }
  const wrong = existsSync(file) ? check(target) : ['is not there'];
  failed ||= wrong.length > 0;
  for (const what of wrong) console.error(`${target.name}: ${what}`);
  if (wrong.length > 0) continue;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${target.name}: ${Math.round(statSync(file).size / 1024)} KiB, ${seconds} s`);
}

const expected = targets
  .filter((target) => existsSync(fileOf(target)))
  .map((target) => `${sha256(fileOf(target))}  ${target.name}/addrinfo.node\n`)
  .join('');
if (!values.verify) writeFileSync(sums, expected);
else if (!existsSync(sums) || readFileSync(sums, 'utf8') !== expected) {
  console.error('SHA256SUMS: does not say what is there');
  failed = true;
}
process.exitCode = failed ? 1 : 0;

/** @param {import('./prebuild/targets.mjs').Target} target */
function check(target) {
  const file = fileOf(target);
  const wrong = [];
  const bytes = readFileSync(file);
  if (bytes.includes(root) || bytes.includes(toolchain.zig)) wrong.push('has a path of this machine in it');
  switch (target.format) {
    case 'elf':
      return [...wrong, ...checkElf(file, target, nodeApi(target))];
    case 'macho':
      return [...wrong, ...checkMacho(file, target)];
    case 'pe':
      return [...wrong, ...checkPe(file, target)];
  }
}

/**
 * The functions of the Node-API version that binding.gyp asks for.
 *
 * @param {import('./prebuild/targets.mjs').Target} target
 * @returns {string[]}
 */
function nodeApi(target) {
  const define = readGyp(root, target.os).defines.find((one) => one.startsWith('NAPI_VERSION='));
  const { symbols } = createRequire(import.meta.url)(toolchain.headers);
  const { js_native_api_symbols: js, node_api_symbols: node } = symbols[`v${define?.split('=')[1]}`];
  return [...js, ...node];
}

/** @param {string} file */
function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
