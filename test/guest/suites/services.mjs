import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** @param {number} port */
async function untilListening(port) {
  for (let tries = 0; tries < 200; tries += 1) {
    const socket = net.connect(port, '127.0.0.1');
    const isUp = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isUp) return;
    await sleep(100);
  }
  throw new Error(`nobody listens on ${port}`);
}

/**
 * @param {string[]} command
 * @param {number} port
 * @param {string} folder
 */
async function start([file = '', ...args], port, folder) {
  const child = spawn(file, args, { stdio: 'ignore' });
  await untilListening(port);
  return async () => {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
}

/** redis-server on its usual port. */
export async function redis() {
  const folder = mkdtempSync(join(tmpdir(), 'addrinfo-redis-'));
  const args = ['--port', '6379', '--dir', folder, '--save', '', '--protected-mode', 'no'];
  return start(['redis-server', ...args], 6379, folder);
}

/** PostgreSQL on its usual port, with the user and the database that pg's tests name. */
export async function postgres() {
  const folder = mkdtempSync(join(tmpdir(), 'addrinfo-postgres-'));
  chmodSync(folder, 0o777);
  const asUser = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'];
  const bin = spawnSync('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin'], { encoding: 'utf8' }).stdout.trim();
  const data = join(folder, 'data');
  /** @param {string[]} command */
  const run = ([file = '', ...args]) => {
    const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  };
  run([...asUser, join(bin, 'initdb'), '-D', data, '-U', 'postgres', '-A', 'trust', '-N']);
  const server = [
    join(bin, 'postgres'),
    '-D',
    data,
    '-k',
    folder,
    '-c',
    'listen_addresses=127.0.0.1,::1',
    '-F',
  ];
  const stop = await start([...asUser, ...server], 5432, folder);
  const psql = ['psql', '-h', '127.0.0.1', '-U', 'postgres', '-d', 'postgres', '-c'];
  run([...psql, 'CREATE DATABASE ci_db_test']);
  return stop;
}
