import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll } from 'vitest';
import { mustRun } from './run';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder of its own, removed when the test file is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'addrinfo-package-'));
  folders.push(folder);
  return folder;
}

/** An empty project that depends on the packed package, not installed yet. */
export async function emptyProject(tarball: string): Promise<string> {
  const folder = await temporaryFolder();
  const manifest = { name: 'empty', private: true, dependencies: { addrinfo: `file:${tarball}` } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

/**
 * An environment whose PATH has `node` and `sh` only: no compiler, no make, no python. Installers find
 * nothing of this checkout either.
 */
export async function withoutCompiler(): Promise<NodeJS.ProcessEnv> {
  const bin = await temporaryFolder();
  await symlink(process.execPath, join(bin, 'node'));
  await symlink('/bin/sh', join(bin, 'sh'));
  return cleanEnvironment(bin);
}

/** This process's environment as a shell would have it, without what npm and vitest put in. */
export function cleanEnvironment(path = shellPath()): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_ENV$|VITEST|INIT_CWD$|TEST$)/.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: path };
}

function shellPath(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.filter((folder) => !folder.includes('node_modules')).join(delimiter);
}

/** The script behind the `npm` of this machine, so that it runs without anything on PATH. */
export async function npmCli(): Promise<string> {
  for (const folder of shellPath().split(delimiter)) {
    const found = await realpath(join(folder, 'npm')).catch(() => undefined);
    if (found?.endsWith('.js')) return found;
  }
  throw new Error('no npm on PATH');
}

/** Installs one package of the registry, at an exact version, and returns its folder. */
export async function fromRegistry(name: string, version: string, ...flags: string[]): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...flags, `${name}@${version}`];
  await mustRun('npm', args, { cwd: folder, env: cleanEnvironment() });
  return join(folder, 'node_modules', name);
}
