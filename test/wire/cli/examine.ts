import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { vi } from 'vitest';
import { schemaErrors } from '../../support/doctor-schema';
import { type LoggedQuery, queriesFor, runInFreshSandbox } from '../../support/sandbox/in-sandbox';
import type { Setup } from './in-case';

/** What a test sets up around the command. A case with files, servers or addresses of its own has a sandbox of its own. */
export interface Case extends Partial<Omit<Setup, 'args'>> {
  readonly loopbackOnly?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** A Ctrl-C, so many ms after the nameserver has been asked so often for the names in the arguments. */
  readonly interrupt?: { readonly queries: number; readonly ms: number };
}

/** A check, in the doctor's JSON. */
export interface CheckReport {
  readonly id: string;
  readonly status: 'ok' | 'advice' | 'warn' | 'fail' | 'skip';
  readonly summary: string;
  readonly evidence: readonly string[];
  readonly meaning?: string;
  readonly remedies: readonly string[];
}

interface FiguresReport {
  readonly count: number;
  readonly p50: number;
  readonly max: number;
  readonly stalled: number;
  readonly timeoutClusters: readonly { readonly seconds: number; readonly count: number }[];
}

/** The doctor's JSON, as far as tests look at it. */
export interface Report {
  readonly verdict: string;
  readonly status: string;
  readonly interrupted: boolean;
  readonly queries: number;
  readonly checks: readonly CheckReport[];
  readonly hosts: readonly {
    readonly host: string;
    readonly probedName: string;
    readonly tried: readonly string[];
    readonly cause: string | null;
    readonly skipped: number;
    readonly a: FiguresReport;
    readonly aaaa: FiguresReport;
    readonly both: FiguresReport;
  }[];
  readonly remedies: readonly {
    readonly ids: readonly string[];
    readonly paste: string;
    readonly doesNotFix: string;
  }[];
}

/** How a command ended, and what the DNS servers were asked meanwhile. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly queries: readonly LoggedQuery[];
}

export interface Examined extends Ended {
  readonly report: Report;
  /** ms, the sandbox's own time included. */
  readonly took: number;
}

const TIMEOUT = 90_000;

/** In the sandbox that all tests share: for what needs no other /etc. Its queries are those for names in `args`. */
async function runHere({ env = {}, interrupt }: Case, args: readonly string[]): Promise<Ended> {
  const queriesNow = () => queriesFor(({ name }) => args.some((arg) => name === arg));
  const child = spawn(process.execPath, ['dist/cli/main.js', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    timeout: TIMEOUT,
  });
  const printed = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (interrupt !== undefined) {
    await vi.waitUntil(() => queriesNow().length >= interrupt.queries || child.exitCode !== null, TIMEOUT);
    await delay(interrupt.ms);
    child.kill('SIGINT');
  }
  const [stdout, stderr] = await printed;
  return { code: child.exitCode, stdout, stderr, queries: queriesNow() };
}

function runInItsOwn(setting: Case, args: readonly string[]): Promise<Ended> {
  const { etc = {}, servers = {}, env = {}, loopbackOnly = false } = setting;
  const setup: Setup = { etc, servers, args };
  const command = [process.execPath, '--import', 'tsx', join(__dirname, 'in-case.ts'), JSON.stringify(setup)];
  return runInFreshSandbox(command, { timeout: TIMEOUT, env, loopbackOnly });
}

/** Runs `addrinfo ARGS` with this around it. */
export function addrinfoIn(setting: Case, ...args: readonly string[]): Promise<Ended> {
  const own = setting.etc !== undefined || setting.servers !== undefined || setting.loopbackOnly === true;
  return own ? runInItsOwn(setting, args) : runHere(setting, args);
}

/** Runs `addrinfo doctor --json ARGS` with this around it. */
export async function examine(setting: Case, ...args: readonly string[]): Promise<Examined> {
  const begun = performance.now();
  const result = await addrinfoIn(setting, 'doctor', '--json', ...args);
  const took = performance.now() - begun;
  if (!result.stdout.startsWith('{')) throw new Error(`no report: ${result.stdout}${result.stderr}`);
  const report: Report = JSON.parse(result.stdout);
  const invalid = schemaErrors(report);
  if (invalid !== undefined) throw new Error(`not as docs/doctor.schema.json has it: ${invalid}`);
  return { ...result, report, took };
}

/** The checks that are findings, by id. */
export function findings({ report }: Examined): string[] {
  return report.checks.filter(({ status }) => status === 'warn' || status === 'fail').map(({ id }) => id);
}

/** One check of the report. */
export function checkNamed({ report }: Examined, id: string): CheckReport {
  const check = report.checks.find((each) => each.id === id);
  if (check === undefined) throw new Error(`the report has no check ${id}`);
  return check;
}
