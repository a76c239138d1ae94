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
    const cwd = await temporaryFolder();
    const home = await temporaryFolder();
    const env = { ...cleanEnvironment(), HOME: home, NO_COLOR: '1' };
    const [command = '', ...before] = program;
    await writeFile(join(cwd, 'package.json'), '{ "name": "app", "private": true }');
    for (const [name, text] of Object.entries(manager.settings?.(registry?.url ?? '') ?? {})) {
      await writeFile(join(cwd, name), text);
    }
    for (const step of [[...manager.add, spec()], ...manager.afterwards]) {
      const { code, output } = await run(command, [...before, ...step], { cwd, env });
      const lines = output.replaceAll(cwd, '').replaceAll(tarball, '');
      expect({ step, code, output, asked: asked.exec(lines)?.[0] }).toEqual({ step, code: 0, output });
    }
    await writeFile(join(cwd, 'smoke.cjs'), smoke);
    const node = manager.node === undefined ? ['node'] : [...program, ...manager.node];
    const [runner = '', ...args] = node;
    expect(await mustRun(runner, [...args, 'smoke.cjs'], { cwd, env })).toMatch(prebuilt);
    await rm(home, { recursive: true, force: true });
  });
});

async function programOf(manager: Manager): Promise<readonly string[]> {
  const file = join(await fromRegistry(manager.packageName, manager.version), manager.program);
  if (!/js$/.test(file)) return [file];
  return [manager.nodeVersion === undefined ? process.execPath : installNode(manager.nodeVersion), file];
}
