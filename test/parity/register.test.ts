import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Finished, runNode, runProgram } from '../support/child';
import { describeOnEachNode } from '../support/each-node';
import { describeInSandbox, queriesFor, typesAsked, uniqueName } from '../support/sandbox/in-sandbox';

const root = join(__dirname, '../..');

describeInSandbox('addrinfo/register', () => {
  const SCRIPT = `
    const dns = require('node:dns');
    dns.promises.lookup(process.env.NAME).then(({ address }) => console.log(address), ({ code }) => console.log(code));
  `;

  const run = (
    binary: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<Finished> => runProgram(binary, args, { env: { ...process.env, ...env } });

  /** One lookup in a process with these variables; also what it printed on stderr. */
  async function lookupWith(env: Readonly<Record<string, string>>, directives = 'a-10-1-2-3.aaaa-fd00--1') {
    const NAME = uniqueName(directives);
    const finished = await run(process.execPath, ['--require', 'addrinfo/register', '-e', SCRIPT], {
      NAME,
      ...env,
    });
    return { ...finished, types: typesAsked(NAME) };
  }

  describeOnEachNode('a preload', (binary, major) => {
    test.each([
      ['--require', ['--require', 'addrinfo/register'], {}],
      ['--import', ['--import', 'addrinfo/register'], {}],
      ['NODE_OPTIONS=--require', [], { NODE_OPTIONS: '--require addrinfo/register' }],
      ['NODE_OPTIONS=--import', [], { NODE_OPTIONS: '--import addrinfo/register' }],
    ])('%s puts ours in place', async (_how, flags, env) => {
      const NAME = uniqueName('a-10-1-2-3.aaaa-fd00--1');
      const finished = await run(binary, [...flags, '-e', SCRIPT], { NAME, ...env });
      expect(finished).toMatchObject({ code: 0, stdout: '10.1.2.3\n', stderr: '' });
      expect(typesAsked(NAME)).toEqual(['A']);
    });

    test.each(['--require', '--import'])('%s reaches worker threads', async (flag) => {
      const NAME = uniqueName('a-10-1-2-3.aaaa-fd00--1');
      const worker = join(__dirname, 'register/in-worker.cjs');
      const finished = await run(binary, [flag, 'addrinfo/register', worker], { NAME });
      expect(finished).toMatchObject({ code: 0, stdout: '10.1.2.3\n', stderr: '' });
      expect(typesAsked(NAME)).toEqual(['A']);
    });

    const permission = [
      major === 20 ? '--experimental-permission' : '--permission',
      '--allow-fs-read=*',
      ...(major > 25 ? ['--allow-net'] : []),
    ];

    test('works under --permission with --allow-addons', async () => {
      const NAME = uniqueName('a-10-1-2-3.aaaa-fd00--1');
      const flags = [...permission, '--allow-addons', '--require', 'addrinfo/register'];
      expect(await run(binary, [...flags, '-e', SCRIPT], { NAME })).toMatchObject({ stdout: '10.1.2.3\n' });
      expect(typesAsked(NAME)).toEqual(['A']);
    });

    if (major > 25) {
      test('under --permission without --allow-net refuses as Node does', async () => {
        const source = `
          const dns = require('node:dns');
          const show = (error, address) => console.log(error ? error.code : address);
          dns.lookup('${uniqueName('a-10-1-2-3')}', show);
          dns.lookupService('10.1.2.3', 22, show);
          dns.lookup('127.0.0.1', show);
        `;
        const flags = [
          '--permission',
          '--allow-fs-read=*',
          '--allow-addons',
          '--require',
          'addrinfo/register',
        ];
        const { stdout } = await run(binary, [...flags, '-e', source], {});
        expect(stdout.trim().split('\n').sort()).toEqual([
          '127.0.0.1',
          'ERR_ACCESS_DENIED',
          'ERR_ACCESS_DENIED',
        ]);
      });
    }

    test('under --permission without --allow-addons warns once and leaves Node’s lookup', async () => {
      const NAME = uniqueName('a-10-1-2-3.aaaa-fd00--1');
      const flags = [...permission, '--require', 'addrinfo/register'];
      const { stdout, stderr } = await run(binary, [...flags, '-e', SCRIPT], { NAME });
      expect(stdout).toMatch(/^(10\.1\.2\.3|fd00::1)\n$/);
      expect(stderr.match(/\[ERR_ADDRINFO_ADDON\] AddrinfoWarning: /g)).toHaveLength(1);
      expect(typesAsked(NAME).sort()).toEqual(['A', 'AAAA']);
    });
  });

  test('ADDRINFO_FAMILIES=system asks for both families in one call', async () => {
    expect(await lookupWith({ ADDRINFO_FAMILIES: 'system' })).toMatchObject({
      types: ['A', 'AAAA'],
      stderr: '',
    });
  });

  test('ADDRINFO_TIMEOUT=200 ends a lookup after 200 ms with EAI_AGAIN', async () => {
    const { stdout, ms } = await lookupWith({ ADDRINFO_TIMEOUT: '200' }, 'drop');
    expect(stdout).toBe('EAI_AGAIN\n');
    expect(ms).toBeLessThan(3000);
  });

  test.each([
    ['100', 3],
    ['false', 1],
  ])('ADDRINFO_HEDGE=%s makes %i queries in 800 ms', async (ADDRINFO_HEDGE, queries) => {
    const { types } = await lookupWith({ ADDRINFO_HEDGE, ADDRINFO_TIMEOUT: '800' }, 'drop');
    expect(types).toEqual(Array(queries).fill('A'));
  });

  test('ADDRINFO_CACHE_TTL=60000 keeps an answer', async () => {
    const NAME = uniqueName('a-10-1-2-3');
    const twice = `dns = require('node:dns/promises');
      dns.lookup('${NAME}').then(() => dns.lookup('${NAME}')).then(console.log);`;
    await run(process.execPath, ['--require', 'addrinfo/register', '-e', twice], {
      ADDRINFO_CACHE_TTL: '60000',
    });
    expect(typesAsked(NAME)).toEqual(['A']);
  });

  test('ADDRINFO_RESOLV=use-vc asks over TCP', async () => {
    const NAME = uniqueName('a-10-1-2-3');
    const flags = ['--require', 'addrinfo/register', '-e', SCRIPT];
    const { stdout, stderr } = await run(process.execPath, flags, { NAME, ADDRINFO_RESOLV: 'use-vc' });
    expect([stdout, stderr]).toEqual(['10.1.2.3\n', '']);
    expect(queriesFor(NAME).map(({ transport }) => transport)).toEqual(['tcp']);
  });

  test('a word of ADDRINFO_RESOLV that is none is named in a warning, and none of them holds', async () => {
    const { stdout, stderr } = await lookupWith({ ADDRINFO_RESOLV: 'use-vc timeuot:1' });
    expect(stderr).toMatch(
      /\[ERR_ADDRINFO_ENV\] .*ADDRINFO_RESOLV: the word 'timeuot:1' must be one of .*ignored/,
    );
    expect(stdout).toBe('10.1.2.3\n');
  });

  test('ADDRINFO_THREADS=3 bounds the shared pool', async () => {
    const source = "console.log(require('addrinfo').threadStats().max)";
    const { stdout } = await run(process.execPath, ['--require', 'addrinfo/register', '-e', source], {
      ADDRINFO_THREADS: '3',
    });
    expect(stdout).toBe('3\n');
  });

  test('ADDRINFO_RESOLV="no-aaaa attempts:1" holds for every lookup', async () => {
    const { types } = await lookupWith({
      ADDRINFO_FAMILIES: 'system',
      ADDRINFO_RESOLV: 'no-aaaa attempts:1',
    });
    expect(types).toEqual(['A']);
  });

  test.each([
    ['ADDRINFO_FAMILIES', 'v4', " must be one of ipv4-only, ipv4-first, dual, system, got 'v4'"],
    ['ADDRINFO_TIMEOUT', '5s', " must be a number of milliseconds from 0 to 2147483647, got '5s'"],
    ['ADDRINFO_HEDGE', '0', " must be 'auto', a number of milliseconds from 1 on, or false, got '0'"],
    ['ADDRINFO_CACHE_TTL', '-1', " must be a number of milliseconds from 0 to 2147483647, got '-1'"],
    ['ADDRINFO_THREADS', '5000', ' must be a whole number from 1 to 4096, got 5000'],
    ['ADDRINFO_RESOLV', 'no-such', ": the word 'no-such' must be one of ndots:N, "],
  ])('%s=%s is named and explained in a warning, and the default holds', async (name, value, message) => {
    const { stdout, stderr, types } = await lookupWith({ [name]: value });
    expect(stderr).toContain(`[ERR_ADDRINFO_ENV] AddrinfoWarning: ${name}${message}`);
    expect(stderr).toContain('; it is ignored\n');
    expect(stdout).toBe('10.1.2.3\n');
    expect(types).toEqual(['A']);
  });

  test('an empty variable counts as absent', async () => {
    const { stderr, types } = await lookupWith({ ADDRINFO_FAMILIES: '', ADDRINFO_TIMEOUT: ' ' });
    expect(stderr).toBe('');
    expect(types).toEqual(['A']);
  });
});

describeInSandbox('without the addon', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'addrinfo-bare-'));
    cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  });

  afterAll(() => rmSync(copy, { recursive: true }));

  test('addrinfo/register warns once, workers included, and Node’s lookup stays', async () => {
    const NAME = uniqueName('a-10-1-2-3');
    const source = `
      const { Worker } = require('node:worker_threads');
      const look = "require('node:dns').lookup('${NAME}', (error, address) => console.log(address))";
      const { lookup } = require('node:dns');
      lookup('${NAME}', (error, address) => {
        console.log(address);
        new Worker(look, { eval: true });
      });
    `;
    const { stdout, stderr, code } = await runNode([
      '--require',
      join(copy, 'dist/register.js'),
      '-e',
      source,
    ]);
    expect({ stdout, code }).toEqual({ stdout: '10.1.2.3\n10.1.2.3\n', code: 0 });
    expect(stderr.match(/ERR_ADDRINFO_ADDON/g)).toHaveLength(1);
    expect(stderr).toContain('Reason: this is a bundle, and the addon is not in it');
  });

  test('require of the package throws ERR_ADDRINFO_ADDON and says what to do', async () => {
    const { stderr, code } = await runNode(['-e', `require('${copy}/dist')`]);
    expect(code).toBe(1);
    expect(stderr).toContain("code: 'ERR_ADDRINFO_ADDON'");
    expect(stderr).toContain('docs/bundlers.md');
  });
});
