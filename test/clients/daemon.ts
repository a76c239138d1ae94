import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { describeUnless } from '../support/describe-unless';
import { ADDRESS, type Server } from './client';

/** ms until a server has to listen, or to be gone. */
const PATIENCE = 20_000;

/** Debian keeps some programs where only root or their own scripts look. */
function folders(): string[] {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const postgresql = '/usr/lib/postgresql';
  try {
    return [
      ...path,
      '/usr/sbin',
      ...readdirSync(postgresql).map((version) => join(postgresql, version, 'bin')),
    ];
  } catch {
    return [...path, '/usr/sbin']; // No PostgreSQL.
  }
}

function findProgram(name: string): string | undefined {
  return folders()
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** `describeUnless` one of these programs is missing, with their paths. */
export function describeWithPrograms(
  names: readonly string[],
  debianPackage: string,
  tests: (...files: string[]) => void,
): void {
  const files = names.map(findProgram).filter((file) => file !== undefined);
  const missing = files.length < names.length ? `needs the Debian package ${debianPackage}` : undefined;
  describeUnless(missing, names.join(' and '), () => tests(...files));
}

/** A command that does not run as root, which some servers refuse, on the same files: root's here are its own. */
export function asUser(command: readonly string[]): string[] {
  return ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--', ...command];
}

/** Runs a command to its end; throws with what it printed when it fails. */
export function runToEnd([file = '', ...args]: readonly string[]): void {
  const { status, stderr, stdout, error } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${error?.message ?? stdout + stderr}`);
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, ADDRESS);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('not a TCP server');
  return address.port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = net.connect(port, ADDRESS);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function untilListening(child: ChildProcess, port: number, output: () => string): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${output()}`);
    if (Date.now() > deadline) throw new Error(`the server does not listen: ${output()}`);
    await sleep(50);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  const force = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  child.kill('SIGTERM');
  await gone;
  clearTimeout(force);
}

/**
 * A server program for all tests of a file, started when the first one needs it: by this command, with an
 * empty folder and a free port.
 */
export function daemon(command: (dir: string, port: number) => readonly string[]): () => Promise<Server> {
  let started: Promise<Server> | undefined;
  const ends: (() => Promise<void> | void)[] = [];

  async function start(): Promise<Server> {
    const dir = mkdtempSync(join(tmpdir(), 'addrinfo-server-'));
    ends.push(() => rmSync(dir, { recursive: true }));
    const port = await freePort();
    const [file = '', ...args] = command(dir, port);
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    ends.unshift(() => end(child));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    await untilListening(child, port, () => output);
    return { port, close: () => {} };
  }

  afterAll(async () => {
    for (const close of ends) await close();
  }, 2 * PATIENCE);

  return () => {
    started ??= start();
    return started;
  };
}
