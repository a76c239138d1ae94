import { entryPoints } from '../compile.mjs';
import { all, beyond, read } from './tool.mjs';

/** The libraries of the C library itself; libstdc++ is not among them, nor libgcc. */
const glibcLibraries = [/^lib(c|m|dl|pthread|resolv)\.so\.\d$/, /^ld-linux-/];

/**
 * What is wrong with a Linux addon, by readelf.
 *
 * @param {string} file
 * @param {import('../targets.mjs').Target} target
 * @param {readonly string[]} nodeApi the functions of the Node-API version it is built for
 */
export function checkElf(file, target, nodeApi) {
  const wrong = [];
  const header = read('readelf', '-hlW', file);
  const dynamic = read('readelf', '-dW', file);
  const symbols = read('readelf', '--dyn-syms', '-W', file);
  const names = (/** @type {RegExp} */ pattern) =>
    all(symbols, pattern).map((name) => name.replace(/@.*/, ''));
  const defined = names(/ (?:GLOBAL|WEAK) +\w+ +(?!UND)\w+ (\S+)/g);
  const missing = names(/ GLOBAL +\w+ +UND (\S+)/g);

  if (!header.includes(`Machine:                           ${target.machine}\n`))
    wrong.push('is for another CPU');
  if (!/GNU_STACK .* RW +0/.test(header)) wrong.push('asks for an executable stack');
  if (!/FLAGS_1.*\bNODELETE\b/.test(dynamic)) wrong.push('can be unloaded (-z nodelete)');
  if (/\((RPATH|RUNPATH)\)/.test(dynamic)) wrong.push('has a run path');
  if (read('readelf', '-SW', file).includes('.symtab')) wrong.push('is not stripped');

  const libraries = all(dynamic, /\(NEEDED\).*\[(.*)\]/g);
  const allowed = target.name.endsWith('musl') ? ['libc.so'] : glibcLibraries;
  for (const name of beyond(libraries, allowed)) wrong.push(`needs ${name}`);
  const newest = Number(/gnu\.2\.(\d+)$/.exec(target.triple)?.[1] ?? 0);
  for (const minor of new Set(all(symbols, /@GLIBC_2\.(\d+)/g))) {
    if (Number(minor) > newest) wrong.push(`needs GLIBC_2.${minor}`);
  }
  for (const name of beyond(defined, entryPoints)) wrong.push(`shows ${name}`);
  for (const name of beyond(entryPoints, defined)) wrong.push(`lacks ${name}`);
  const called = missing.filter((name) => /^n(ode_)?api_/.test(name));
  if (called.length === 0) wrong.push('calls no Node-API');
  for (const name of beyond(called, nodeApi))
    wrong.push(`calls ${name}, which is not in this Node-API version`);
  return wrong;
}
