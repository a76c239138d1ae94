import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, temporaryFolder } from './project';
import { mustRun } from './run';

export interface Registry {
  readonly url: string;
  close(): void;
}

/** verdaccio asks for a tag of node-fetch that not every registry has. */
const manifest = {
  private: true,
  dependencies: { verdaccio: '6.2.1' },
  overrides: { 'node-fetch': '2.7.0' },
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** verdaccio on loopback, with the packed package published to it; everything else comes from the real registry. */
export async function startRegistry(tarball: string): Promise<Registry> {
  const folder = await temporaryFolder();
  const env = cleanEnvironment();
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await mustRun('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, env });
  const config = join(folder, 'config.yaml');
  await writeFile(
    config,
    [
      `storage: ${join(folder, 'storage')}`,
      'uplinks: { npmjs: { url: https://registry.npmjs.org/ } }',
      'packages:',
      '  addrinfo: { access: $all, publish: $all }',
      "  '**': { access: $all, proxy: npmjs }",
      'log: { type: stdout, level: warn }',
      '',
    ].join('\n'),
  );
  const url = `http://127.0.0.1:${await freePort()}/`;
  const program = join(folder, 'node_modules', 'verdaccio', 'bin', 'verdaccio');
  const server = spawn(process.execPath, [program, '--config', config, '--listen', url], {
    cwd: folder,
    env,
    stdio: 'ignore',
  });
  await answering(url, server);
  const login = `//${new URL(url).host}/:_authToken=anyone`;
  await writeFile(join(folder, '.npmrc'), `registry=${url}\n${login}\n`);
  await mustRun('npm', ['publish', tarball], { cwd: folder, env });
  return { url, close: () => server.kill() };
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (server.exitCode !== null) break;
    const response = await fetch(`${url}-/ping`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(200);
  }
  throw new Error('the registry does not answer');
}
