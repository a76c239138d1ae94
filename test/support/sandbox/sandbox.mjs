#!/usr/bin/env node
// node test/support/sandbox/sandbox.mjs [OPTIONS] -- COMMAND ARGS...
//
// Runs COMMAND inside its own network, mount and pid namespaces (README.md in this folder), with the scripted DNS server
// on 127.0.0.1:53, and exits with its exit code. Two processes of this file take part: the outer one, on the machine,
// starts `unshare`; the inner one (--inside) starts the DNS server and COMMAND. They share an IPC channel, over which
// signals are passed on, and whose end tells the inner one that the outer one is gone.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const usage = `usage: node test/support/sandbox/sandbox.mjs [OPTIONS] -- COMMAND ARGS...

  --fresh            a sandbox of its own, even inside another one (implied by the options below)
  --keep-pids        no process ids of its own: processes outside may enter it (nsenter)
  --loopback-only    no addresses but loopback ones
  --no-ipv6          no IPv6 address, not even ::1
  --query-log FILE   where the DNS server logs queries (default: a file in the sandbox folder), or "off"
`;

/** Settings of the user's shell that would change what a lookup does, or lead a request out of the sandbox. */
const ambient =
  /^(?:(?:https?|all|no|ftp)_proxy|NODE_USE_ENV_PROXY|RES_OPTIONS|LOCALDOMAIN|HOSTALIASES|UV_THREADPOOL_SIZE)$/i;

/** @typedef {{ keepPids: boolean, loopbackOnly: boolean, ipv6: boolean, queryLog: string | undefined }} SandboxOptions */

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
const exitStatus = (code, signal) => code ?? 128 + constants.signals[signal ?? 'SIGKILL'];

/**
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} env
 */
function spawnCommand(command, env) {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: 'inherit', env, shell: process.platform === 'win32' });
  child.on('error', (error) => {
    console.error(`sandbox: cannot run ${file}: ${error.message}`);
    process.exit(127);
  });
  return child;
}

/**
 * The command without a sandbox around it.
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} env
 */
function runBare(command, env) {
  const child = spawnCommand(command, env);
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP', 'SIGINT'])) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('exit', (code, signal) => process.exit(exitStatus(code, signal)));
}

/**
 * The arguments of `unshare` that work here, found by building a sandbox and leaving it at once.
 * @param {string} dir
 * @param {SandboxOptions} options
 * @returns {{ args: string[] } | { reason: string }}
 */
function findUnshareArguments(dir, options) {
  if (process.platform !== 'linux')
    return { reason: `it needs Linux namespaces, this is ${process.platform}` };
  const namespaces = ['--net', '--mount', '--uts', '--fork', '--kill-child'];
  const withPids = [...namespaces, '--pid', '--mount-proc'];
  const asUser = [
    ['-r', ...withPids],
    ['-r', ...namespaces],
  ];
  const setup = [
    'sh',
    join(here, 'sandbox-setup.sh'),
    dir,
    options.loopbackOnly ? '1' : '0',
    options.ipv6 ? '1' : '0',
  ];
  let reason = '';
  const ways = process.getuid?.() === 0 ? [withPids, ...asUser] : asUser;
  for (const flags of options.keepPids ? [namespaces] : ways) {
    const args = [...flags, ...setup];
    // Inside a sandbox another can be made, as a user who is root there.
    if (process.env['ADDRINFO_SANDBOX'] !== undefined) return { args };
    const trial = spawnSync('unshare', [...args, 'true'], { encoding: 'utf8', timeout: 20_000 });
    if (trial.status === 0) return { args };
    const message = trial.error?.message ?? trial.stderr.trim().replaceAll('\n', '; ');
    reason ||= `unshare ${flags.join(' ')}: ${message || `exit code ${trial.status}`}`;
  }
  return { reason };
}

/**
 * @param {string[]} command
 * @param {SandboxOptions} options
 * @param {boolean} required whether to run nothing rather than run without a sandbox
 */
function enter(command, options, required) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ambient.test(name)));
  delete env['ADDRINFO_SANDBOX'];
  const dir = mkdtempSync(join(tmpdir(), 'addrinfo-sandbox-'));
  process.on('exit', () => rmdirSync(dir));
  const found = findUnshareArguments(dir, options);
  if ('reason' in found) {
    console.error(`sandbox: not available: ${found.reason}`);
    if (required || process.env['CI'] === 'true') process.exit(1);
    runBare(command, { ...env, ADDRINFO_NO_SANDBOX: found.reason });
    return;
  }
  const inner = [process.execPath, fileURLToPath(import.meta.url), '--inside', dir];
  const log = ['--query-log', options.queryLog ?? join(dir, 'queries.jsonl')];
  const child = spawn('unshare', [...found.args, ...inner, ...log, '--', ...command], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env,
  });
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP', 'SIGINT'])) {
    process.on(signal, () => {
      // The terminal has sent Ctrl-C to the command already: the whole process group gets it.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      if (child.connected) child.send(signal);
    });
  }
  child.on('exit', (code, signal) => process.exit(exitStatus(code, signal)));
}

/**
 * @param {string[]} command
 * @param {string} dir
 * @param {string} queryLog
 */
function runInside(command, dir, queryLog) {
  const path = `${join(here, '../../../node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, PATH: path, ADDRINFO_SANDBOX: dir, ADDRINFO_QUERY_LOG: queryLog };
  const tsx = import.meta.resolve('tsx');
  const server = spawn(process.execPath, ['--import', tsx, join(here, '../dns-server/main.ts'), queryLog], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: process.env,
  });
  server.on('exit', (code, signal) => {
    console.error(`sandbox: the DNS server ended (${signal ?? `exit code ${code}`})`);
    process.exit(1);
  });
  process.on('disconnect', () => process.exit(1));
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP', 'SIGINT'])) process.on(signal, () => {});
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  process.on('message', (message) => {
    const signal = /** @type {NodeJS.Signals} */ (message);
    if (child) child.kill(signal);
    else process.exit(exitStatus(null, signal));
  });
  server.once('message', () => {
    child = spawnCommand(command, env);
    child.on('exit', (code, signal) => {
      server.removeAllListeners('exit');
      server.disconnect();
      process.exit(exitStatus(code, signal));
    });
  });
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      fresh: { type: 'boolean', default: false },
      'keep-pids': { type: 'boolean', default: false },
      'loopback-only': { type: 'boolean', default: false },
      'no-ipv6': { type: 'boolean', default: false },
      'query-log': { type: 'string' },
      inside: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || positionals.length === 0) {
    console.log(usage);
    process.exit(values.help ? 0 : 2);
  }
  if (values.inside !== undefined) {
    runInside(positionals, values.inside, values['query-log'] ?? 'off');
    return;
  }
  const special = values.fresh || values['keep-pids'] || values['loopback-only'] || values['no-ipv6'];
  const own = special || values['query-log'] !== undefined;
  if (process.env['ADDRINFO_SANDBOX'] !== undefined && !own) {
    runBare(positionals, process.env);
    return;
  }
  const options = {
    keepPids: values['keep-pids'],
    loopbackOnly: values['loopback-only'],
    ipv6: !values['no-ipv6'],
    queryLog: values['query-log'],
  };
  enter(positionals, options, special);
}

main();
