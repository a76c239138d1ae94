import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Unpacks packages of Debian into a folder, without installing them: this machine stays as it is.
 *
 * @param {string} folder
 * @param {readonly string[]} names
 */
export function unpackDebian(folder, names) {
  const apt = join(folder, 'apt');
  mkdirSync(join(apt, 'lists', 'partial'), { recursive: true });
  const settings = ['-o', `Dir::State::lists=${join(apt, 'lists')}`, '-o', `Dir::Cache=${apt}`];
  const run = (/** @type {string} */ file, /** @type {readonly string[]} */ args) =>
    execFileSync(file, args, { cwd: apt, stdio: ['ignore', 'ignore', 'inherit'] });
  run('apt-get', ['-qq', ...settings, '-o', 'APT::Sandbox::User=', 'update']);
  run('apt-get', ['-qq', ...settings, '-o', 'APT::Sandbox::User=', 'download', ...names]);
  for (const file of readdirSync(apt))
    if (file.endsWith('.deb')) run('dpkg', ['-x', join(apt, file), folder]);
}
