// The package as it is installed, with its prebuilt addons, in runtimes that are made for other platforms: Node and
// Bun for musl, Node for Windows. README.md says what is run here.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeInSandbox, typesAsked, uniqueName } from '../support/sandbox/in-sandbox';
import { layOutMusl } from './musl.mjs';
import { layOutCheckout, type Platform, runnerEnvironment } from './test-runner.mjs';
import { layOutWine, windowsNode, windowsNodes } from './wine.mjs';

const root = join(__dirname, '../..');

interface Runtime {
  readonly name: string;
  readonly prebuilt: Platform;
  readonly preload: '--import' | '--preload';
  /** Connections of its own fetch that make a lookup through dns.lookup. */
  readonly fetches: 0 | 1;
  readonly runsVitest: boolean;
  /** What `lookup` asks for, for a name with an A record. */
  readonly asks: readonly string[];
  start(): { readonly command: readonly string[]; readonly env: NodeJS.ProcessEnv; stop?(): void };
}

const folders: string[] = [];
function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(prefix);
  folders.push(folder);
  return folder;
}

let musl = '';
function muslProgram(name: 'node' | 'bun'): string {
  if (musl === '') {
    musl = temporaryFolder('/tmp/m');
    layOutMusl(musl);
  }
  return join(musl, name);
}

const runtimes: readonly Runtime[] = [
  {
    name: 'Node 26 for musl',
    prebuilt: 'linux-x64-musl',
    preload: '--import',
    fetches: 1,
    runsVitest: true,
    asks: ['A'],
    start: () => ({ command: [muslProgram('node')], env: process.env }),
  },
  {
    name: 'Bun for musl',
    prebuilt: 'linux-x64-musl',
    preload: '--preload',
    fetches: 0,
    runsVitest: false,
    asks: ['A'],
    start: () => ({ command: [muslProgram('bun')], env: process.env }),
  },
  ...windowsNodes.map(
    (version): Runtime => ({
      name: `Node ${version} for Windows`,
      prebuilt: 'win32-x64',
      preload: '--import',
      fetches: 1,
      runsVitest: true,
      asks: ['A', 'AAAA'],
      start: () => {
        const { loader, env, stop } = layOutWine(temporaryFolder(join(tmpdir(), 'addrinfo-wine-')));
        return { command: [loader, windowsNode(version)], env, stop };
      },
    }),
  ),
];

let project = '';
beforeAll(() => {
  project = temporaryFolder(join(tmpdir(), 'addrinfo-platforms-'));
  const modules = join(project, 'node_modules');
  for (const file of ['package.json', 'dist', 'prebuilds']) {
    cpSync(join(root, file), join(modules, 'addrinfo', file), { recursive: true });
  }
  for (const name of ['bindings', 'file-uri-to-path']) {
    cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true });
  }
  writeFileSync(join(project, 'package.json'), '{ "name": "project" }');
  cpSync(join(root, 'test/package/smoke.cjs'), join(project, 'installed.cjs'));
  cpSync(join(root, 'test/runtimes/smoke.cjs'), join(project, 'smoke.cjs'));
  cpSync(join(root, 'test/runtimes/workers.cjs'), join(project, 'workers.cjs'));
  const asking = `import dns from 'node:dns';
    dns.lookup(process.argv[2], (error, address) => console.log(JSON.stringify({ error, address })));`;
  writeFileSync(join(project, 'asking.mjs'), asking);
  const importing = `import { lookup4 } from 'addrinfo';
    lookup4(process.argv[2]).then((address) => console.log(JSON.stringify({ address })));`;
  writeFileSync(join(project, 'importing.mjs'), importing);
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const portable = ['test/unit/options.test.ts', 'test/unit/prebuilt.test.ts', 'test/unit/pipeline'].concat(
  'test/wire/portable.test.ts',
);

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Output goes to files: a program in wine writes to no pipe. */
async function run(command: readonly string[], env: NodeJS.ProcessEnv, cwd = project): Promise<Ran> {
  const [file = '', ...args] = command;
  const streams = ['stdout', 'stderr'].map((name) => join(project, name));
  const descriptors = streams.map((name) => openSync(name, 'w'));
  const child = spawn(file, args, {
    cwd,
    env,
    stdio: ['ignore', ...descriptors],
    timeout: 200_000,
    killSignal: 'SIGKILL',
  });
  const [code] = await once(child, 'exit');
  for (const descriptor of descriptors) closeSync(descriptor);
  const [stdout = '', stderr = ''] = streams.map((name) =>
    readFileSync(name, 'utf8').replaceAll('\r\n', '\n'),
  );
  return { code, stdout, stderr };
}

describeInSandbox('platforms', () => {
  describe.each(runtimes)('$name', ({ prebuilt, preload, fetches, runsVitest, asks, start }) => {
    let runtime: ReturnType<Runtime['start']> = { command: [], env: {} };
    beforeAll(() => {
      if (!existsSync(join(root, 'prebuilds', prebuilt))) throw new Error(`no prebuilds: npm run prebuilds`);
      runtime = start();
    });
    afterAll(() => runtime.stop?.());

    const program = (...args: string[]) => run([...runtime.command, ...args], runtime.env);
    async function report(...args: string[]): Promise<Record<string, unknown>> {
      const { code, stdout, stderr } = await program(...args);
      expect({ code, stderr, stdout: stdout === '' ? 'nothing' : '' }).toEqual({
        code: 0,
        stderr: '',
        stdout: '',
      });
      return JSON.parse(stdout);
    }

    test('the installed package answers, from the prebuilt addon of this platform', async () => {
      const { stdout, stderr } = await program('installed.cjs');
      expect(stderr).toBe('');
      expect(stdout.replaceAll('\\', '/')).toMatch(
        new RegExp(`^x64 127\\.0\\.0\\.1 .*/prebuilds/${prebuilt}/addrinfo\\.node\n$`),
      );
    });

    test('every function answers as it does on Linux with glibc', async () => {
      const names = [uniqueName('a-10-1-2-3'), uniqueName('drop'), uniqueName('a-127-0-0-1')];
      expect(await report('smoke.cjs', ...names)).toEqual({
        lookup4: '10.1.2.3',
        all: ['10.1.2.3'],
        getaddrinfo: [expect.objectContaining({ family: 4, address: '10.1.2.3', port: 443 })],
        callback: [null, '10.1.2.3', 4],
        promisified: { address: '10.1.2.3', family: 4 },
        service: { hostname: 'host-10-20-1-1.test', service: 'http' },
        resolv: 'unsupported',
        noName: 'ENOTFOUND',
        deadline: 'ETIMEOUT',
        aborted: 'enough',
        badOption: 'ERR_INVALID_ARG_VALUE',
        context: 'kept',
        connections: { promisified: 1, http: 1, agent: 1, installed: 1, fetch: fetches },
      });
    });

    test('import finds the same functions; lookup4 sends one A query', async () => {
      const name = uniqueName('a-10-1-2-3');
      expect(await report('importing.mjs', name)).toEqual({ address: '10.1.2.3' });
      expect(typesAsked(name)).toEqual(['A']);
    });

    test('addrinfo/register, preloaded, stands in for dns.lookup', async () => {
      const name = uniqueName('a-10-1-2-3');
      expect(await report(preload, 'addrinfo/register', 'asking.mjs', name)).toEqual({
        error: null,
        address: '10.1.2.3',
      });
      expect(typesAsked(name).toSorted()).toEqual(asks);
    });

    test('40 workers terminated in mid-lookup leave the process whole; it exits while 16 lookups hang', async () => {
      const names = [uniqueName('a-10-1-2-3'), uniqueName('a-10-1-2-3.delay-700'), uniqueName('drop')];
      const { at, ...rest } = await report('workers.cjs', ...names);
      expect(rest).toEqual({ ended: 40, address: '10.1.2.3' });
      // libc would wait ten seconds.
      expect(Date.now() - Number(at)).toBeLessThan(5000);
    });

    test('addrinfo doctor of a healthy name: ok, as JSON', async () => {
      const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
      const { code, stdout, stderr } = await program(
        ...['node_modules/addrinfo/dist/cli/main.js', 'doctor', '--json', '--for', '1s', name],
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({ hosts: [{ host: name, status: 'ok' }] });
    });

    if (runsVitest) {
      test('the portable tests pass in a checkout', async () => {
        const checkout = temporaryFolder(join(tmpdir(), 'addrinfo-checkout-'));
        layOutCheckout(checkout, prebuilt);
        const vitest = [...runtime.command, 'node_modules/vitest/vitest.mjs', 'run', ...portable];
        const env = { ...runtime.env, ...runnerEnvironment(prebuilt) };
        const { code, stdout, stderr } = await run(vitest, env, checkout);
        const passed = expect.stringMatching(/Tests .*\d{3} passed/);
        expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: passed, stderr });
      });
    }
  });

  describe('on musl', () => {
    /** What each came to, and after how many ms. */
    const timed = `const { promises: ours } = require('addrinfo');
      const nodes = require('node:dns').promises;
      async function outcome(ask) {
        const begun = performance.now();
        const said = await ask().then(({ address }) => address, (error) => error.code);
        return { said, ms: performance.now() - begun };
      }
      async function main([, , name]) {
        const [own, theirs] = await Promise.all(
          [ours, nodes].map(({ lookup }, at) => outcome(() => lookup(at + '.' + name))));
        const lookup4 = await outcome(async () => ({ address: await ours.lookup4('4.' + name) }));
        console.log(JSON.stringify({ own, theirs, lookup4 }));
        process.exit();
      }
      main(process.argv);`;

    async function outcomes(directives: string) {
      writeFileSync(join(project, 'timed.cjs'), timed);
      const command = [muslProgram('node'), 'timed.cjs', uniqueName(directives)];
      const { stdout, stderr } = await run(command, process.env);
      expect(stderr).toBe('');
      return JSON.parse(stdout);
    }

    test('every AAAA is lost: lookup and lookup4 answer, dns.lookup is EAI_AGAIN at 5 s', async () => {
      const { own, theirs, lookup4 } = await outcomes('a-10-1-2-3.drop-aaaa');
      expect([own.said, lookup4.said, theirs.said]).toEqual(['10.1.2.3', '10.1.2.3', 'EAI_AGAIN']);
      expect(theirs.ms).toBeGreaterThan(4500);
      expect(own.ms).toBeLessThan(theirs.ms / 2);
    });

    test('the first A is lost: lookup is hedged, dns.lookup waits 2.5 s', async () => {
      const { own, theirs } = await outcomes('a-10-1-2-3.drop-first-a-1');
      expect([own.said, theirs.said]).toEqual(['10.1.2.3', '10.1.2.3']);
      expect(theirs.ms).toBeGreaterThan(2250);
      expect(own.ms).toBeLessThan(theirs.ms / 2);
    });

    test('SERVFAIL is silence to musl: EAI_AGAIN from lookup as from dns.lookup', async () => {
      const { own, theirs, lookup4 } = await outcomes('servfail');
      expect([own.said, theirs.said]).toEqual(['EAI_AGAIN', 'EAI_AGAIN']);
      // musl gives up after five seconds, which is when the deadline is.
      expect(['EAI_AGAIN', 'ETIMEOUT']).toContain(lookup4.said);
      expect(own.ms).toBeLessThan(2 * theirs.ms);
    });
  });
});
