// addrinfo/register and install() where the application is a bundle: by esbuild, and by Next.js as standalone.

import { spawn } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { cleanEnvironment, temporaryFolder } from './support/project';
import { mustRun, run } from './support/run';

const { tarball } = inject('packed');

async function project(files: Readonly<Record<string, string>>, ...packages: string[]): Promise<string> {
  const cwd = await temporaryFolder();
  const all = { 'package.json': '{ "name": "app", "private": true }', ...files };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), text);
  }
  const args = ['install', '--no-audit', '--no-fund', tarball, ...packages];
  await mustRun('npm', args, { cwd, env: cleanEnvironment() });
  return cwd;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

test('addrinfo/register as the first line of a bundle: dns.lookup goes through addrinfo', async () => {
  const app = `require('addrinfo/register');
    require('node:dns').lookup('localhost', { family: 4 }, (error, address) => {
      console.log(error ?? address, require('addrinfo').stats().started);
    });`;
  const cwd = await project({ 'app.js': app }, 'esbuild@0.28.2');
  const options = ['--bundle', '--platform=node', '--loader:.node=copy', '--outfile=out/app.js'];
  await mustRun('npx', ['esbuild', 'app.js', ...options], { cwd, env: cleanEnvironment() });
  const alone = await temporaryFolder();
  await cp(join(cwd, 'out'), alone, { recursive: true });
  expect(await mustRun('node', ['app.js'], { cwd: alone })).toBe('127.0.0.1 1\n');
});

const route = `import dns from 'node:dns';
  import { lookup4, stats } from 'addrinfo';
  export const dynamic = 'force-dynamic';
  export async function GET() {
    const address = await lookup4('localhost');
    const before = stats().started;
    await dns.promises.lookup('localhost', { family: 4 });
    return Response.json({ address, patched: stats().started > before });
  }`;

const next = (config: string) =>
  project(
    {
      'next.config.mjs': `export default { output: 'standalone', ${config} };`,
      'app/layout.jsx':
        'export default function Layout({ children }) { return <html><body>{children}</body></html>; }',
      'app/page.jsx': 'export default function Page() { return null; }',
      'app/lookup/route.js': route,
      'instrumentation.js': `export async function register() {
        if (process.env.NEXT_RUNTIME !== 'nodejs') return;
        const { install } = await import('addrinfo');
        install();
      }`,
    },
    'next@16.4.6',
    'react@19',
    'react-dom@19',
  );

const quiet = () => ({ ...cleanEnvironment(), NEXT_TELEMETRY_DISABLED: '1' });

test('Next.js standalone with serverExternalPackages: a route handler resolves localhost, install() holds', async () => {
  const cwd = await next("serverExternalPackages: ['addrinfo']");
  await mustRun('npx', ['next', 'build'], { cwd, env: quiet() });
  const alone = await temporaryFolder();
  await cp(join(cwd, '.next', 'standalone'), alone, { recursive: true });
  const port = await freePort();
  const env = { ...quiet(), PORT: `${port}`, HOSTNAME: '127.0.0.1' };
  const server = spawn('node', ['server.js'], { cwd: alone, env, stdio: 'ignore' });
  try {
    let response: Response | undefined;
    for (let tries = 0; tries < 100 && response === undefined; tries += 1) {
      await sleep(200);
      response = await fetch(`http://127.0.0.1:${port}/lookup`).catch(() => undefined);
    }
    expect(await response?.json()).toEqual({ address: '127.0.0.1', patched: true });
  } finally {
    server.kill();
  }
});

test('Next.js without it: the build stops and names the addon', async () => {
  const cwd = await next('');
  const { code, output } = await run('npx', ['next', 'build'], { cwd, env: quiet() });
  expect(code).not.toBe(0);
  expect(output).toContain('addrinfo.node');
});
