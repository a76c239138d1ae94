// Nothing of the package runs at install, so no package manager has anything to ask or to warn of.

import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { installNode } from '../support/node-versions.mjs';
import { type Manager, managers } from './support/managers';
import { cleanEnvironment, fromRegistry, temporaryFolder } from './support/project';
import { type Registry, startRegistry } from './support/registry';
import { mustRun, run } from './support/run';

const { tarball } = inject('packed');
const smoke = readFileSync(join(__dirname, 'smoke.cjs'), 'utf8');
const prebuilt = /^\w+ 127\.0\.0\.1 .*[\\/]prebuilds[\\/]linux-\w+-glibc[\\/]addrinfo\.node\n$/;
const compiled = /^\w+ 127\.0\.0\.1 .*[\\/]build[\\/]Release[\\/]addrinfo\.node\n$/;

/** A line that names the package and speaks of scripts or builds, or the warning's headline. */
const asked =
  /^.*(addrinfo.*\b(scripts?|builds?|built|rebuild)\b|\b(scripts?|builds?|built)\b.*addrinfo|allow-scripts|ignored build).*$/im;

let registry: Registry | undefined;
beforeAll(async () => {
  registry = await startRegistry(tarball);
});
afterAll(() => registry?.close());

describe.each(managers)('$name', (manager) => {
  let program: readonly string[] = [];
  beforeAll(async () => {
    program = await programOf(manager);
  });

  test.each([
    ['the tarball', () => `addrinfo@file:${tarball}`],
    ['a registry', () => 'addrinfo'],
  ])('installs %s: exit 0, no word of scripts, an answer', async (_, spec) => {
    const { cwd, home, env } = await emptyProject();
    const [command = '', ...before] = program;
    for (const step of [[...manager.add, spec()], ...manager.afterwards]) {
      const { code, output } = await run(command, [...before, ...step], { cwd, env });
      const lines = output.replaceAll(cwd, '').replaceAll(tarball, '');
      expect({ step, code, output, asked: asked.exec(lines)?.[0] }).toEqual({ step, code: 0, output });
    }
    expect(await answer(cwd, env)).toMatch(prebuilt);
    await rm(home, { recursive: true, force: true });
  });

  test('addrinfo build, by its own way of running commands: the compiled addon answers', async () => {
    const { cwd, home, env } = await emptyProject();
    const [command = '', ...before] = program;
    await mustRun(command, [...before, ...manager.add, 'addrinfo'], { cwd, env });
    await mustRun(command, [...before, ...manager.exec, 'addrinfo', 'build'], { cwd, env });
    expect(await answer(cwd, env)).toMatch(compiled);
    await rm(home, { recursive: true, force: true });
  });

  async function emptyProject(): Promise<{ cwd: string; home: string; env: NodeJS.ProcessEnv }> {
    const cwd = await temporaryFolder();
    const home = await temporaryFolder();
    await writeFile(join(cwd, 'package.json'), '{ "name": "app", "private": true }');
    for (const [name, text] of Object.entries(manager.settings?.(registry?.url ?? '') ?? {})) {
      await writeFile(join(cwd, name), text);
    }
    return { cwd, home, env: { ...cleanEnvironment(), HOME: home, NO_COLOR: '1' } };
  }

  /** What smoke.cjs prints in the project. */
  async function answer(cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
    await writeFile(join(cwd, 'smoke.cjs'), smoke);
    const [runner = '', ...args] = manager.node === undefined ? ['node'] : [...program, ...manager.node];
    return mustRun(runner, [...args, 'smoke.cjs'], { cwd, env });
  }
});

async function programOf(manager: Manager): Promise<readonly string[]> {
  const file = join(await fromRegistry(manager.packageName, manager.version), manager.program);
  if (!/js$/.test(file)) return [file];
  return [manager.nodeVersion === undefined ? process.execPath : installNode(manager.nodeVersion), file];
}
