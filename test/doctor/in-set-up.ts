// Inside a sandbox of its own: makes the set-up, runs the doctor in it, hands its exit code on. See run.ts.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDnsServer } from '../support/dns-server/dns-server';
import { writeEtc } from '../support/sandbox/etc-files';
import type { SetUp } from './set-up';
import { startSpecialServer } from './special-server';

async function main(setUp: SetUp): Promise<void> {
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
  if (program !== undefined) {
    spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    await sleep(700);
  }
  const command = spawn(process.execPath, ['dist/cli/main.js', 'doctor', ...setUp.args], {
    stdio: 'inherit',
  });
  command.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
}

const setUp: SetUp = JSON.parse(process.argv[2] ?? '');
void main(setUp);
