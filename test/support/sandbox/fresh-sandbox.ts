import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finished, runProgram } from '../child';
import { type LoggedQuery, readQueryLog } from '../dns-server/query-log';

/** Whether this process runs in a sandbox (sandbox.mjs). */
export const inSandbox: boolean = process.env['ADDRINFO_SANDBOX'] !== undefined;

/** Why it does not. */
export const noSandboxReason: string = process.env['ADDRINFO_NO_SANDBOX'] ?? 'not started through "npm test"';

export interface FreshSandboxOptions {
  /** No address but loopback ones. */
  loopbackOnly?: boolean;
  /** false: no IPv6 address, not even ::1. */
  ipv6?: boolean;
  env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the command is ended: 20000. */
  timeout?: number;
}

/** How the command ended; `code` is 128 + n when signal n ended it. */
export interface FreshSandboxResult extends Finished {
  /** What that sandbox's DNS server was asked. */
  readonly queries: readonly LoggedQuery[];
}

/** Runs a command in a new sandbox, with its own network, /etc and DNS server, and waits for its end. */
export async function runInFreshSandbox(
  command: readonly string[],
  options: FreshSandboxOptions = {},
): Promise<FreshSandboxResult> {
  const dir = mkdtempSync(join(tmpdir(), 'addrinfo-log-'));
  const queryLog = join(dir, 'queries.jsonl');
  writeFileSync(queryLog, '');
  try {
    const args = [join(__dirname, 'sandbox.mjs'), '--fresh', '--query-log', queryLog];
    if (options.loopbackOnly) args.push('--loopback-only');
    if (options.ipv6 === false) args.push('--no-ipv6');
    const finished = await runProgram(process.execPath, [...args, '--', ...command], {
      timeout: options.timeout,
      env: { ...process.env, ...options.env },
      cwd: process.cwd(),
      // Not SIGKILL: the sandbox has to clear up.
      killSignal: 'SIGTERM',
    });
    return { ...finished, queries: readQueryLog(queryLog) };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
