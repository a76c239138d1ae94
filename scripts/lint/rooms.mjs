// Which room of the sources may import from which. CONTRIBUTING.md has the same table in words.

import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';

const root = join(import.meta.dirname, '../..');

/** The files of src/native/ that other rooms import. */
const DOORS = ['answer', 'calls', 'constants', 'libc'].map((name) => `src/native/${name}.ts`);

/**
 * What a room may import besides its own files: the files of a room, or a single file.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const MAY_IMPORT = {
  src: ['src/node-dns', 'src/pipeline', 'src/options', ...DOORS, 'src/shared'],
  'src/node-dns': ['src/pipeline', 'src/options', ...DOORS, 'src/shared'],
  'src/pipeline': ['src/system', 'src/options', ...DOORS, 'src/shared'],
  'src/system': [...DOORS, 'src/shared'],
  'src/options': [...DOORS, 'src/shared'],
  'src/native': ['src/shared', 'the addon'],
  'src/shared': [],
  'src/cli': ['src/index.ts', 'src/options/resolv-words.ts', 'src/shared', 'the addon'],
  'native/binding': ['native', 'native/pool', 'native/resolver', 'napi.h'],
  native: ['native/pool', 'native/resolver'],
  'native/pool': [],
  'native/resolver': ['native/pool/mutex.h'],
};

/** @param {string} file @returns {string} */
function roomOf(file) {
  const folder = posix.dirname(file);
  if (folder in MAY_IMPORT) return folder;
  // src and native hold the rooms; a new folder in them needs a line in the table.
  const parent = posix.dirname(folder);
  return parent.includes('/') ? roomOf(folder) : folder;
}

/** @typedef {{ target: string, line: number }} Import */

/** @param {string} file @returns {Import[]} */
function importsOfTypeScript(file) {
  const text = readFileSync(join(root, file), 'utf8');
  /** @type {Import[]} */
  const imports = [];
  /** @param {string} specifier @param {number} start */
  const add = (specifier, start) => {
    const target = resolveSpecifier(file, specifier);
    if (target !== undefined) imports.push({ target, line: text.slice(0, start).split('\n').length });
  };
  // Every string that reads as a path counts: import, export, require and import types alike.
  new Visitor({
    Literal: (node) => {
      if (typeof node.value === 'string') add(node.value, node.start);
    },
  }).visit(parseSync(file, text, { lang: 'ts' }).program);
  return imports;
}

/**
 * @param {string} file
 * @param {string} specifier
 * @returns {string | undefined} a file of src/, or the addon
 */
function resolveSpecifier(file, specifier) {
  if (specifier === 'bindings' || specifier.endsWith('.node')) return 'the addon';
  if (!/^\.\.?\//.test(specifier)) return undefined;
  const path = posix.join(posix.dirname(file), specifier.replace(/\.js$/, ''));
  const source = `${path}.ts`;
  return path.startsWith('src/') && existsSync(join(root, source)) ? source : undefined;
}

/** @param {string} file @returns {Import[]} */
function includesOfCpp(file) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  return lines.flatMap((text, at) => {
    const name = /^\s*#\s*include\s*["<]([^">]+)[">]/.exec(text)?.[1] ?? '';
    if (name === 'napi.h' || name.startsWith('node_api')) return [{ target: 'napi.h', line: at + 1 }];
    return existsSync(join(root, 'native', name)) && name !== ''
      ? [{ target: posix.join('native', name), line: at + 1 }]
      : [];
  });
}

/** @param {string} file @param {Import} found @returns {string[]} */
function trespass(file, { target, line }) {
  const room = roomOf(file);
  const allowed = MAY_IMPORT[room];
  if (allowed === undefined) return [`${file}: ${room}/ has no line in scripts/lint/rooms.mjs`];
  const targetRoom = target.includes('/') ? roomOf(target) : target;
  if (targetRoom === room || allowed.includes(target) || allowed.includes(targetRoom)) return [];
  return [`${file}:${line}: ${room}/ may not import ${target}`];
}

/**
 * @param {ReadonlyMap<string, readonly Import[]>} graph
 * @returns {string[]} one path for each import that closes a cycle
 */
function cycles(graph) {
  /** @type {string[]} */
  const found = [];
  const done = new Set();
  /** @param {string} file @param {readonly string[]} path */
  const visit = (file, path) => {
    const start = path.indexOf(file);
    if (start !== -1) found.push(`import cycle: ${[...path.slice(start), file].join(' -> ')}`);
    if (start !== -1 || done.has(file)) return;
    for (const { target } of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

/**
 * @param {readonly string[]} files - all sources of the repository
 * @returns {string[]} what breaks the rule
 */
export function checkRooms(files) {
  const graph = new Map(
    files
      .filter((file) => /^(?:src\/.*\.ts|native\/.*\.(?:cc|h))$/.test(file))
      .map((file) => [file, file.endsWith('.ts') ? importsOfTypeScript(file) : includesOfCpp(file)]),
  );
  const trespasses = [...graph].flatMap(([file, imports]) => imports.flatMap((one) => trespass(file, one)));
  return [...trespasses, ...cycles(graph)];
}
