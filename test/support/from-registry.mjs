import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Installs one package into a folder of its own, without its scripts, and returns where its binary is.
 * @param {string} folder
 * @param {string} spec - `name@version`
 * @param {string} binary
 * @param {...string} flags - of npm
 * @returns {string}
 */
export function installBinary(folder, spec, binary, ...flags) {
  const npm = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'];
  const { status } = spawnSync('npm', [...npm, ...flags, '--prefix', folder, spec], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0 || !existsSync(binary)) throw new Error(`cannot install ${spec}`);
  return binary;
}
