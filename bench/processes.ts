import { execFile, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { runInLab } from '../test/lab/run-in-lab';
import { type ContenderName, contenderOf, type LimitContender } from './contenders';
import type { Load } from './load';
import { Latencies, type Measurement } from './measurement';
import { type Case, ONE_CASE } from './scenario';
import { type ScenarioName, scenarioOf } from './scenarios/index';

const ROOT = join(__dirname, '..');
const CONTENDER_MAIN = join(__dirname, 'build', 'contender-main.js');
const TIME_LIMIT = 240_000;

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

async function collect(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Output> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIME_LIMIT,
    killSignal: 'SIGKILL',
  });
  const failed = new Promise<never>((_, reject) => child.on('error', reject));
  const [stdout, stderr] = await Promise.race([
    Promise.all([text(child.stdout), text(child.stderr)]),
    failed,
  ]);
  return { stdout, stderr };
}

/** Compiles contender-main.ts, so that its processes start fast and have nothing in them but what is measured. */
export async function buildContenderMain(): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [join(__dirname, 'contender-main.ts')],
    outfile: CONTENDER_MAIN,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
  });
}

/** What one process measures. */
export interface Task {
  readonly scenario: ScenarioName;
  /** More than one where they are measured in turn. */
  readonly cells: readonly { readonly contender: ContenderName; readonly case: Case }[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly unique: string;
  readonly host?: string;
  /** The cgroup that the process joins before it measures. */
  readonly group?: string;
}

/** The measurements of each cell, by round, from a process of their own. */
export async function measure(task: Task): Promise<Measurement[][]> {
  const scenario = scenarioOf(task.scenario);
  const [{ contender: name, case: point } = { contender: 'dns-lookup' as const, case: ONE_CASE }] =
    task.cells;
  const contender = contenderOf(name);
  if ('threads' in contender) {
    if (scenario.load === undefined) throw new Error(`${name} can only put on a load`);
    return [[await measureLimit(contender, scenario.load({ ...task, contender, case: point }))]];
  }
  const command = [process.execPath, '--expose-gc', CONTENDER_MAIN, JSON.stringify(task)];
  const { stdout, stderr } =
    scenario.lab === undefined
      ? await collect(command, contender.env)
      : await runInLab(
          scenario.lab.mode,
          { ...scenario.lab.options, cwd: ROOT, timeout: TIME_LIMIT },
          command,
        );
  if (stdout === '') throw new Error(`${task.scenario}, ${name}: no result\n${stderr}`);
  return JSON.parse(stdout);
}

const PROGRAM = join(__dirname, 'build', 'gai_bench');

/** Compiles the C program. Rejects where there is no compiler. */
export async function buildLimit(): Promise<void> {
  await mkdir(join(__dirname, 'build'), { recursive: true });
  const source = join(__dirname, 'limit', 'gai_bench.c');
  const flags = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-O2', '-pthread'];
  await promisify(execFile)('cc', [...flags, '-o', PROGRAM, source]);
}

async function measureLimit({ threads, sockets }: LimitContender, load: Load): Promise<Measurement> {
  const numbers = [
    Math.min(threads, load.concurrency),
    sockets,
    Math.min(load.warmUp, 200),
    load.duration,
    load.lookups ?? 0,
  ];
  const { stdout, stderr } = await collect([PROGRAM, ...numbers.map(String), load.name]);
  if (stdout === '') throw new Error(`gai_bench: ${stderr}`);
  const result: { seconds: number; cpu: number; failed: number; latencies: number[] } = JSON.parse(stdout);
  const latencies = new Latencies();
  for (const us of result.latencies) latencies.record(us / 1000);
  return {
    numbers: {
      perSecond: latencies.count / result.seconds,
      cpu: result.cpu / latencies.count,
      ...latencies.numbers(),
    },
    latencies: latencies.encode(),
    failed: result.failed > 0 ? { failed: result.failed } : {},
  };
}
