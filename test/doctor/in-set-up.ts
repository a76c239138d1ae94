// Inside a sandbox of its own: makes the set-up, runs the doctor in it, or applies a remedy and its check. See run.ts.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDnsServer } from '../support/dns-server/dns-server';
import { writeEtc } from '../support/sandbox/etc-files';
import { type Prescription, tryRemedy } from './cure';
import { logPackets } from './packet-log';
import { nameserversOf, type SetUp } from './set-up';
import { startSpecialServer } from './special-server';

/** It has a log of its own, as all scripted servers have. */
const SANDBOX_SERVER = '127.0.0.1';
/** ms within which the last packet has been written down. */
const LAST_PACKET = 200;

/** Whether the daemon takes questions: all of these serve TCP too, or have a socket in the file system. */
async function isReady({ ready = '127.0.0.2' }: SetUp): Promise<boolean> {
  if (ready.startsWith('/')) return existsSync(ready);
  const connection = createConnection({ host: ready, port: 53 });
  const isOpen = await new Promise<boolean>((resolve) => {
    connection.on('connect', () => resolve(true)).on('error', () => resolve(false));
  });
  connection.destroy();
  return isOpen;
}

async function make(setUp: SetUp): Promise<void> {
  // Daemons that give up root read what is written here.
  process.umask(0o022);
  const { etc = {}, servers = {}, special = {}, shell, daemon } = setUp;
  for (const file of ['hosts', 'resolv.conf', 'nsswitch.conf', 'gai.conf'] as const) {
    const text = etc[file];
    if (text !== undefined) writeEtc(file, text);
  }
  if (setUp.resolvConfMode !== undefined) chmodSync('/etc/resolv.conf', setUp.resolvConfMode);
  if (shell !== undefined) {
    const { status, stderr } = spawnSync('sh', ['-ec', shell], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${shell}: ${stderr}`);
  }
  const queryLog = process.env['ADDRINFO_QUERY_LOG'] ?? 'off';
  for (const [address, directives] of Object.entries(servers)) {
    await startDnsServer({ address, directives, queryLog });
  }
  for (const [address, kind] of Object.entries(special)) {
    await startSpecialServer(address, kind, (name, type, transport) => {
      const t = performance.timeOrigin + performance.now();
      appendFileSync(queryLog, `${JSON.stringify({ t, name, type, transport, to: address })}\n`);
    });
  }
  const [program, ...args] = daemon ?? [];
  if (program === undefined) return;
  spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  let tries = 200;
  while (!(await isReady(setUp))) {
    if (tries === 0) throw new Error(`${program} takes no questions`);
    tries -= 1;
    await sleep(100);
  }
  const scripted = [SANDBOX_SERVER, ...Object.keys(servers), ...Object.keys(special)];
  const real = nameserversOf(setUp).filter((address) => !scripted.includes(address));
  if (real.length > 0) await logPackets(real, queryLog);
}

/** Node, as the set-up has it start. */
function environmentOf(setUp: SetUp): NodeJS.ProcessEnv {
  const place = join(__dirname, setUp.docker === true ? 'in-docker.cjs' : 'not-in-docker.cjs');
  return { ...process.env, ...setUp.env, NODE_OPTIONS: `--require ${place}` };
}

function runDoctor(setUp: SetUp): void {
  const doctor = [process.execPath, 'dist/cli/main.js', 'doctor', ...setUp.args];
  // Modes of files hold for it, too. Not another user: that one could not read the checkout, perhaps.
  const without = '-dac_override,-dac_read_search';
  const [file = '', ...args] = setUp.unprivileged
    ? ['setpriv', `--bounding-set=${without}`, `--inh-caps=${without}`, ...doctor]
    : doctor;
  const command = spawn(file, args, { stdio: 'inherit', env: environmentOf(setUp) });
  command.on('exit', (code, signal) => {
    setTimeout(() => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGKILL']), LAST_PACKET);
  });
}

async function main(setUp: SetUp, prescription: Prescription | undefined): Promise<void> {
  await make(setUp);
  if (prescription === undefined) return runDoctor(setUp);
  const outcome = await tryRemedy(setUp, prescription, environmentOf(setUp));
  process.stdout.write(JSON.stringify(outcome));
  process.exit(0);
}

const [, , setUp = '', prescription] = process.argv;
void main(JSON.parse(setUp), prescription === undefined ? undefined : JSON.parse(prescription));
