import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Finished, runProgram } from '../support/child';
import { type Runtime, runtimeBinary } from '../support/other-runtimes.mjs';
import { describeInSandbox, typesAsked, uniqueName } from '../support/sandbox/in-sandbox';

// The package as it is installed, in runtimes other than Node: docs/runtimes.md says what these tests hold.

const root = join(__dirname, '../..');
const LONGEST = 120_000;

/** How each runs a script; `preload` is what it loads before it. */
const PREFIX: Readonly<Record<Runtime, (preload?: string) => readonly string[]>> = {
  bun: (preload) => (preload === undefined ? [] : ['--preload', preload]),
  deno: (preload) => {
    const run = ['run', '-A', '--no-lock'];
    return preload === undefined ? run : [...run, '--preload', `npm:${preload}`];
  },
};

let project = '';

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'addrinfo-runtimes-'));
  const modules = join(project, 'node_modules');
  for (const file of ['package.json', 'dist', 'build/Release/addrinfo.node']) {
    cpSync(join(root, file), join(modules, 'addrinfo', file), { recursive: true });
  }
  for (const name of ['bindings', 'file-uri-to-path']) {
    cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true });
  }
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "dependencies": { "addrinfo": "*" } }');
});
afterAll(() => rmSync(project, { recursive: true }));

async function run(
  runtime: Runtime,
  source: string,
  args: readonly string[],
  preload?: string,
): Promise<Finished> {
  const binary = runtimeBinary(runtime);
  if (binary === undefined) throw new Error(`no ${runtime}: run test/support/other-runtimes.mjs`);
  const script = join(project, source);
  return runProgram(binary, [...PREFIX[runtime](preload), script, ...args], {
    timeout: LONGEST,
    cwd: project,
  });
}

async function report(...call: Parameters<typeof run>): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run(...call);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describeInSandbox('other runtimes', () => {
  describe.each<Runtime>(['bun', 'deno'])('%s', (runtime) => {
    test('every function answers as it does on Node, but for fetch', { timeout: LONGEST }, async () => {
      cpSync(join(__dirname, 'smoke.cjs'), join(project, 'smoke.cjs'));
      const names = [uniqueName('a-10-1-2-3'), uniqueName('drop'), uniqueName('a-127-0-0-1')];
      expect(await report(runtime, 'smoke.cjs', names)).toEqual({
        lookup4: '10.1.2.3',
        all: ['10.1.2.3'],
        getaddrinfo: [{ family: 4, socktype: 1, protocol: 6, address: '10.1.2.3', port: 443 }],
        callback: [null, '10.1.2.3', 4],
        promisified: { address: '10.1.2.3', family: 4 },
        service: { hostname: 'host-10-20-1-1.test', service: 'http' },
        resolv: '10.1.2.3',
        noName: 'ENOTFOUND',
        deadline: 'ETIMEOUT',
        aborted: 'enough',
        badOption: 'ERR_INVALID_ARG_VALUE',
        context: 'kept',
        connections: { promisified: 1, http: 1, agent: 1, installed: 1, fetch: 0 },
      });
    });

    test('import finds the same functions', { timeout: LONGEST }, async () => {
      const source = `import { lookup4 } from 'addrinfo';
        lookup4(process.argv[2]).then((address) => console.log(JSON.stringify({ address })));`;
      writeFileSync(join(project, 'import.mjs'), source);
      expect(await report(runtime, 'import.mjs', [uniqueName('a-10-1-2-3')])).toEqual({
        address: '10.1.2.3',
      });
    });

    test('addrinfo/register, preloaded, stands in for dns.lookup: one A query', {
      timeout: LONGEST,
    }, async () => {
      const source = `import dns from 'node:dns';
        dns.lookup(process.argv[2], (error, address) => console.log(JSON.stringify({ address })));`;
      writeFileSync(join(project, 'register.mjs'), source);
      const name = uniqueName('a-10-1-2-3');
      expect(await report(runtime, 'register.mjs', [name], 'addrinfo/register')).toEqual({
        address: '10.1.2.3',
      });
      expect(typesAsked(name)).toEqual(['A']);
    });

    test('workers terminated in mid-lookup leave the process whole, and it ends at once', {
      timeout: LONGEST,
    }, async () => {
      cpSync(join(__dirname, 'workers.cjs'), join(project, 'workers.cjs'));
      const names = [uniqueName('a-10-1-2-3'), uniqueName('a-10-1-2-3.delay-700'), uniqueName('drop')];
      const { at, ...rest } = await report(runtime, 'workers.cjs', names);
      expect(rest).toEqual({ ended: 40, address: '10.1.2.3' });
      // The 16 that hang would take ten seconds.
      expect(Date.now() - Number(at)).toBeLessThan(5000);
    });
  });
});
