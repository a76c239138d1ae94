import { spawn } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runInLab } from '../test/lab/run-in-lab';
import { type ContenderName, contenderOf } from './contenders';
import { putLimitLoad } from './limit-program';
import type { Measurement } from './measurement';
import { type Case, ONE_CASE, type Scenario } from './scenario';
import { type ScenarioName, scenarioOf } from './scenarios/index';

const ROOT = join(__dirname, '..');
const CONTENDER_MAIN = join(__dirname, 'build', 'contender-main.js');
const TIME_LIMIT = 240_000;

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

async function collect(command: readonly string[], env: Environment): Promise<Output> {
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

/** The same with a network and an /etc of its own, within those of the sandbox, whose folder goes when it ends. */
async function collectInOwnNetwork(
  resolvConf: string,
  command: readonly string[],
  env: Environment,
): Promise<Output> {
  const dir = mkdtempSync(join(process.env['ADDRINFO_SANDBOX'] ?? tmpdir(), 'network-'));
  const unshare = ['unshare', '--net', '--mount', '--uts', '--pid', '--mount-proc', '--fork', '--kill-child'];
  const setUp = ['sh', join(ROOT, 'test', 'support', 'sandbox', 'sandbox-setup.sh'), dir, '0', '1'];
  // c-ares reads it when Node starts.
  const write = ['sh', '-c', 'echo "$0" >/etc/resolv.conf && exec "$@"', resolvConf];
  try {
    return await collect([...unshare, ...setUp, ...write, ...command], { ...env, ADDRINFO_SANDBOX: dir });
  } finally {
    rmdirSync(dir);
  }
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

/** The process in the network that its scenario needs. */
function runFor(scenario: Scenario, command: readonly string[], env: Environment): Promise<Output> {
  if (scenario.lab !== undefined) {
    const { mode, options } = scenario.lab;
    return runInLab(mode, { ...options, cwd: ROOT, timeout: TIME_LIMIT }, command);
  }
  if (scenario.ownNetwork !== true) return collect(command, env);
  return collectInOwnNetwork(scenario.resolvConf ?? 'nameserver 127.0.0.1', command, env);
}

/** The measurements of each cell, by round, from a process of their own. */
export async function measure(task: Task): Promise<Measurement[][]> {
  const scenario = scenarioOf(task.scenario);
  const [{ contender: name, case: point } = { contender: 'dns-lookup' as const, case: ONE_CASE }] =
    task.cells;
  const contender = contenderOf(name);
  if ('threads' in contender && scenario.ownNetwork !== true) {
    if (scenario.load === undefined) throw new Error(`${name} can only put on a load`);
    return [[await putLimitLoad(contender, scenario.load({ ...task, contender, case: point }))]];
  }
  const command = [process.execPath, '--expose-gc', CONTENDER_MAIN, JSON.stringify(task)];
  const env = 'env' in contender ? contender.env : {};
  const { stdout, stderr } = await runFor(scenario, command, env);
  if (stdout === '') throw new Error(`${task.scenario}, ${name}: no result\n${stderr}`);
  return JSON.parse(stdout);
}
