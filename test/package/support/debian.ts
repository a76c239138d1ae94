import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanEnvironment } from './project';
import { mustRun } from './run';

/**
 * Unpacks packages of Debian into a folder, without installing them: what they hold may be for another
 * CPU, and this machine stays as it is.
 *
 * @param folder where to, made if need be
 * @param architecture Debian's name of it
 */
export async function unpackDebian(folder: string, architecture: string, ...names: string[]): Promise<void> {
  const apt = join(folder, 'apt');
  await mkdir(join(apt, 'lists', 'partial'), { recursive: true });
  await mkdir(join(apt, 'archives', 'partial'), { recursive: true });
  const settings = [
    `APT::Architecture=${architecture}`,
    `APT::Architectures=${architecture}`,
    `Dir::State::lists=${join(apt, 'lists')}`,
    `Dir::Cache=${apt}`,
    'APT::Sandbox::User=',
  ].flatMap((setting) => ['-o', setting]);
  const options = { cwd: apt, env: cleanEnvironment() };
  await mustRun('apt-get', [...settings, 'update'], options);
  await mustRun('apt-get', [...settings, 'download', ...names], options);
  for (const file of await readdir(apt)) {
    if (file.endsWith('.deb')) await mustRun('dpkg', ['-x', join(apt, file), folder]);
  }
}
