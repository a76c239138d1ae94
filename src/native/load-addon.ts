// Where the addon comes from: a local build, else the prebuilt one, else a copy beside a bundle.

import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { addonError } from './addon-error';
import { prebuiltName } from './prebuilt';

const FILE = 'addrinfo.node';
const BUILDS = [
  ['build', 'Release'],
  ['build', 'Debug'],
];

/** The folder of this file: dist/ or dist/cli/ of the package, src/native/ of a checkout, or a bundle's. */
const HERE = folder();

/** The package's folder, unless this is a bundle. */
const ROOT = join(HERE, ['cli', 'native'].includes(basename(HERE)) ? '../..' : '..');

// An ES module has no __dirname; bundles of that form are usually the program itself.
function folder(): string {
  return typeof __dirname === 'string' ? __dirname : dirname(process.argv[1] ?? process.execPath);
}

/** The addon's exports. Throws `ERR_ADDRINFO_ADDON` where none loads. */
export function loadAddon(): unknown {
  const name = prebuiltName();
  const place = () => ({ bundle: isPackage() ? undefined : HERE });
  let addon: unknown;
  try {
    addon = localBuild() ?? prebuilt(name) ?? besideBundle(name);
    // A bundler's loader for files makes a path of it.
    if (typeof addon === 'string') addon = open(resolve(HERE, addon));
  } catch (error) {
    throw addonError(error, name, place());
  }
  if (typeof addon !== 'object' || addon === null) throw addonError(undefined, name, place());
  return addon;
}

/** What `npm install` in a checkout or `addrinfo build` compiled. */
function localBuild(): unknown {
  // Usually there is none, and bindings takes half a millisecond to load and to say so.
  if (!BUILDS.some((build) => isThere(join(ROOT, ...build, FILE)))) return undefined;
  try {
    const bindings: (options: object) => unknown = require('bindings');
    // bindings searches for the root with access(2), which refuses what open(2) may allow.
    return bindings({
      bindings: FILE,
      module_root: ROOT,
      try: BUILDS.map((build) => ['module_root', ...build, 'bindings']),
    });
  } catch (error) {
    return noneUnlessBroken(error);
  }
}

/** Bundlers and tracers follow literal paths; in a `try`, they pass over a platform that was removed. */
function prebuilt(name: string): unknown {
  try {
    switch (name) {
      case 'linux-x64-glibc':
        return require('../../prebuilds/linux-x64-glibc/addrinfo.node');
      case 'linux-x64-musl':
        return require('../../prebuilds/linux-x64-musl/addrinfo.node');
      case 'linux-arm64-glibc':
        return require('../../prebuilds/linux-arm64-glibc/addrinfo.node');
      case 'linux-arm64-musl':
        return require('../../prebuilds/linux-arm64-musl/addrinfo.node');
      case 'darwin-x64':
        return require('../../prebuilds/darwin-x64/addrinfo.node');
      case 'darwin-arm64':
        return require('../../prebuilds/darwin-arm64/addrinfo.node');
      case 'win32-x64':
        return require('../../prebuilds/win32-x64/addrinfo.node');
      default:
        return undefined;
    }
  } catch (error) {
    return noneUnlessBroken(error);
  }
}

/** For a bundle whose `require` is not Node's: a single executable, an ES module. */
function besideBundle(name: string): unknown {
  const file = [join(HERE, FILE), join(HERE, 'prebuilds', name, FILE)].find(isThere);
  return file === undefined ? undefined : open(file);
}

function open(file: string): unknown {
  const loaded = { exports: {} };
  process.dlopen(loaded, file);
  return loaded.exports;
}

/** A file that is there and does not load is an error; any other failure means that there is none. */
function noneUnlessBroken(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_DLOPEN')) throw error;
  return undefined;
}

// The file is usually absent, and to throw takes longer than to look. existsSync asks access(2), which may refuse a
// file that can be loaded.
function isThere(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function isPackage(): boolean {
  try {
    const { name }: { name?: unknown } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    return name === 'addrinfo';
  } catch {
    return false;
  }
}
