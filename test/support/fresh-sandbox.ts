import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoggedQuery, readQueryLog } from './query-log';

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

export interface FreshSandboxResult {
  /** 128 + n when signal n ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
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
    const output = await collect([...args, '--', ...command], options);
    return { ...output, queries: readQueryLog(queryLog) };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function collect(
  args: readonly string[],
  options: FreshSandboxOptions,
): Promise<Omit<FreshSandboxResult, 'queries'>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeout ?? 20_000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
