// Vitest's pool of forks, each in a sandbox of its own: test files run at the same time, each with its own network,
// /etc and DNS server. The first sandbox is the one that vitest is in; one file alone needs no other.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** @typedef {import('vitest/node').PoolWorker} PoolWorker */

/**
 * Where a test file runs: the command that enters it, none for the one that vitest is in.
 * @typedef {{ enter: readonly string[], env: NodeJS.ProcessEnv }} Sandbox
 */

/** How many test files run at once: most of them wait. Where there is no sandbox, no other can be made either. */
export const MAX_SANDBOXES = process.env['ADDRINFO_SANDBOX'] === undefined ? 1 : 2 * availableParallelism();

/** Those that no test file is in. @type {Sandbox[]} */
const free = [{ enter: [], env: {} }];
/** @type {((sandbox: Sandbox) => void)[]} */
const waiting = [];
let made = 1;

/** @returns {Promise<Sandbox>} */
async function take() {
  const sandbox = free.pop();
  if (sandbox !== undefined) return sandbox;
  if (made < MAX_SANDBOXES) {
    made += 1;
    return make();
  }
  // Vitest starts the next worker before the last one has ended.
  return new Promise((resolve) => waiting.push(resolve));
}

/** @param {Sandbox} sandbox */
function giveBack(sandbox) {
  const next = waiting.shift();
  if (next === undefined) free.push(sandbox);
  else next(sandbox);
}

/** A sandbox that ends with this process. @returns {Promise<Sandbox>} */
async function make() {
  // Its folder is in the folder of this one, and goes with it.
  const env = { ...process.env, TMPDIR: process.env['ADDRINFO_SANDBOX'] };
  const hold = 'echo "$$ $ADDRINFO_SANDBOX $ADDRINFO_QUERY_LOG"; exec cat';
  const args = [join(import.meta.dirname, 'sandbox.mjs'), '--keep-pids', '--', 'sh', '-c', hold];
  const holder = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(holder, 'exit').then(([code]) => {
    throw new Error(`another sandbox could not be made (exit code ${code})`);
  });
  exited.catch(() => {});
  const [line] = await Promise.race([once(createInterface(holder.stdout), 'line'), exited]);
  const [pid = '', dir, log] = String(line).split(' ');
  // `cat` ends when this process does, for which it is no reason to stay.
  holder.unref();
  for (const stream of [holder.stdin, holder.stdout]) if (stream instanceof Socket) stream.unref();
  return {
    enter: ['nsenter', '--target', pid, '--net', '--mount', '--uts', 'env', '-C', process.cwd()],
    env: { ADDRINFO_SANDBOX: dir, ADDRINFO_QUERY_LOG: log },
  };
}

/** ms between SIGTERM and SIGKILL. */
const PATIENCE = 1000;

/** A process for one test file. @implements {PoolWorker} */
class SandboxWorker {
  name = 'sandboxes';
  cacheFs = true;
  #options;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;

  /** @param {import('vitest/node').PoolOptions} options */
  constructor(options) {
    this.#options = options;
  }

  get #process() {
    if (this.#child === undefined) throw new Error('the worker does not run');
    return this.#child;
  }

  /** @param {string} event @param {(argument: unknown) => void} listener */
  on(event, listener) {
    this.#process.on(event, listener);
  }

  /** @param {string} event @param {(argument: unknown) => void} listener */
  off(event, listener) {
    this.#process.off(event, listener);
  }

  /** @param {import('vitest/node').WorkerRequest} message */
  send(message) {
    this.#process.send(message);
  }

  /** @param {unknown} data */
  deserialize(data) {
    return data;
  }

  async start() {
    const { distPath, env, execArgv, project } = this.#options;
    const sandbox = await take();
    const [execPath = '', ...args] = [...sandbox.enter, process.execPath, ...execArgv];
    const child = fork(join(distPath, 'workers/forks.js'), [], {
      execPath,
      execArgv: args,
      env: { ...env, ...sandbox.env },
      stdio: 'pipe',
      serialization: 'advanced',
    });
    const { outputStream, errorStream } = project.vitest.logger;
    child.stdout?.on('data', (data) => outputStream.write(data));
    child.stderr?.on('data', (data) => errorStream.write(data));
    // However it ends: vitest stops no worker that has crashed.
    child.once('exit', () => giveBack(sandbox));
    this.#child = child;
  }

  async stop() {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    child.kill();
    await once(child, 'exit');
    clearTimeout(timer);
  }
}

/** @type {import('vitest/node').PoolRunnerInitializer} */
export const sandboxes = {
  name: 'sandboxes',
  createPoolWorker: (options) => new SandboxWorker(options),
};
