import { execFile } from 'node:child_process';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type LabResult, type Mode, type RunOptions, runInLab } from './run-in-lab';

/** What `gai` (gai.c) measured in the pod: getaddrinfo, each call in a fresh thread. */
export interface Baseline extends LabResult {
  readonly lookups: number;
  readonly failed: number;
  /** Milliseconds, in no particular order. */
  readonly latencies: readonly number[];
}

export interface BaselineLoad {
  readonly family: 'unspec' | 'inet';
  readonly threads: number;
  readonly lookups: number;
  /** Start no lookup any more once one has taken a second: the problem has shown itself. */
  readonly untilStall?: boolean;
}

/** A service with one IPv4 address; the trailing dot keeps the search list out. */
const REDIS = 'redis.ns.svc.cluster.local.';

/** Runs the baseline in a lab of its own. */
export async function runBaseline(mode: Mode, options: RunOptions, load: BaselineLoad): Promise<Baseline> {
  const result = await runInLab(mode, options, await gaiCommand(load));
  if (result.exitCode !== 0) throw new Error(`gai exited with ${result.exitCode}: ${result.stderr}`);
  return { ...result, ...parseGai(result.stdout) };
}

/** The command that is the baseline; compiled when need be. */
export async function gaiCommand(load: BaselineLoad): Promise<string[]> {
  const flags = [...(load.family === 'inet' ? ['-4'] : []), ...(load.untilStall === true ? ['-s'] : [])];
  const numbers = ['-t', String(load.threads), '-n', String(load.lookups)];
  return [await buildGai(), ...flags, ...numbers, REDIS];
}

/** Compiles gai.c unless its program is there and newer; the path of the program. */
async function buildGai(): Promise<string> {
  const source = join(__dirname, 'gai.c');
  const program = join(__dirname, 'build', 'gai');
  if ((await modified(program)) > (await modified(source))) return program;
  await mkdir(join(__dirname, 'build'), { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const flags = ['-std=c11', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-O2', '-pthread'];
  await promisify(execFile)('cc', [...flags, '-o', unfinished, source]);
  await rename(unfinished, program);
  return program;
}

async function modified(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.mtimeMs ?? 0;
}

function parseGai(json: string): Pick<Baseline, 'lookups' | 'failed' | 'latencies'> {
  const parsed: unknown = JSON.parse(json);
  if (typeof parsed === 'object' && parsed !== null && 'latencies' in parsed && 'failed' in parsed) {
    const { latencies, failed } = parsed;
    if (typeof failed === 'number' && isNumbers(latencies))
      return { lookups: latencies.length, failed, latencies };
  }
  throw new Error(`gai printed something else than its result: ${json}`);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
