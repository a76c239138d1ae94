// Inside a sandbox of its own: sets the case up, runs the command, hands its exit code on. See examine.ts.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { startDnsServer } from '../../support/dns-server/dns-server';
import { type EtcFile, writeEtc } from '../../support/sandbox/etc-files';

/** The argument, as JSON. */
export interface Setup {
  readonly etc: Readonly<Partial<Record<EtcFile, string>>>;
  /** Further DNS servers: address to directives. */
  readonly servers: Readonly<Record<string, string>>;
  /** Arguments of the command. */
  readonly args: readonly string[];
}

async function main(setup: Setup): Promise<void> {
  for (const file of ['hosts', 'resolv.conf', 'nsswitch.conf', 'gai.conf'] as const) {
    const text = setup.etc[file];
    if (text !== undefined) writeEtc(file, text);
  }
  const queryLog = process.env['ADDRINFO_QUERY_LOG'] ?? 'off';
  for (const [address, directives] of Object.entries(setup.servers)) {
    await startDnsServer({ address, directives, queryLog });
  }
  const command = spawn(process.execPath, ['dist/cli/main.js', ...setup.args], { stdio: 'inherit' });
  command.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
}

const setup: Setup = JSON.parse(process.argv[2] ?? '');
void main(setup);
