import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type LabOptions, type Mode, resolvConf, setting } from './modes';

export { type LabOptions, MODES, type Mode } from './modes';

/** What the kernel counted while the command ran. */
export interface Counters {
  /** Packets the mode's own rule lost. */
  readonly dropped: number;
  /**
   * Packets of the pod that lost the race for a conntrack entry and were rescued (all kernels since 2020).
   */
  readonly clashResolve: number;
  /** Packets that lost that race and were dropped by the kernel. */
  readonly insertFailed: number;
  /** A and AAAA queries the pod sent over UDP. */
  readonly queriesA: number;
  readonly queriesAaaa: number;
}

export interface LabResult {
  readonly exitCode: number;
  /** What the command wrote; empty where it wrote to the caller's own terminal (`stdio: 'inherit'`). */
  readonly stdout: string;
  readonly stderr: string;
  readonly counters: Counters;
  /** Milliseconds from the call until the command was started. */
  readonly bringUp: number;
}

export interface RunOptions extends LabOptions {
  /** 'pipe' (default) collects the output, 'inherit' is for a person's shell. */
  readonly stdio?: 'pipe' | 'inherit';
  /** The command's working directory; default: the caller's. */
  readonly cwd?: string;
  /** Milliseconds after which the lab and all in it is killed; default 120,000, 0: never. */
  readonly timeout?: number;
}

const TOPOLOGY = join(__dirname, 'topology.sh');
// Where Debian keeps ip, nft, conntrack and dnsmasq; not on an ordinary user's PATH.
const SBIN = '/usr/sbin:/sbin';

/**
 * The command that runs its arguments in new namespaces, as root in them; nothing in them outlives the
 * caller.
 */
export function enterNamespaces(): string[] {
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const unshare = [
    'unshare',
    ...asRoot,
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ];
  return ['setpriv', '--pdeathsig', 'KILL', ...unshare];
}

/** The caller's environment with the system's own directories on PATH. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:${SBIN}` };
}

/**
 * Builds the network of `mode`, runs `command` in its pod, takes the network down.
 * Rejects where the network cannot be built; a command that fails is a result like any other.
 */
export async function runInLab(
  mode: Mode,
  options: RunOptions,
  command: readonly string[],
): Promise<LabResult> {
  const started = Date.now();
  const lab = start(mode, options, command);
  const timer =
    options.timeout === 0 ? undefined : setTimeout(() => lab.kill('SIGKILL'), options.timeout ?? 120_000);
  const [exit, report, stdout, stderr] = await Promise.all([
    ended(lab),
    output(lab, 3),
    output(lab, 1),
    output(lab, 2),
  ]).finally(() => clearTimeout(timer));

  const numbers = parseReport(report);
  const ready = numbers.get('ready');
  if (ready === undefined || exit.code === null) {
    const state = ready === undefined ? 'could not be built' : 'was killed before its command ended';
    throw new Error(`the lab ${state} (${exit.signal ?? `exit code ${exit.code}`})\n${stdout}${stderr}`);
  }
  return { exitCode: exit.code, stdout, stderr, counters: counters(numbers), bringUp: ready - started };
}

function start(mode: Mode, options: RunOptions, command: readonly string[]): ChildProcess {
  const lab = setting(mode, options);
  const [entry = '', ...args] = [...enterNamespaces(), TOPOLOGY, ...command];
  const stdio = options.stdio ?? 'pipe';
  const stdin = stdio === 'inherit' ? 'inherit' : 'ignore';
  return spawn(entry, args, {
    stdio: [stdin, stdio, stdio, 'pipe'] satisfies StdioOptions,
    env: {
      ...toolEnvironment(),
      LAB_NODE: process.execPath,
      LAB_DIRECTORY: options.cwd ?? process.cwd(),
      LAB_RESOLV_CONF: resolvConf(lab),
      LAB_RULES: lab.rules,
      LAB_STEER: lab.steer ? '1' : '0',
      LAB_SERVICES: String(lab.services),
      LAB_ANSWER_DELAY: String(lab.answerDelay),
      LAB_CONNTRACK_TIMEOUT: String(lab.conntrackTimeout ?? ''),
    },
  });
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function ended(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

function output(child: ChildProcess, descriptor: 1 | 2 | 3): Promise<string> {
  const stream = child.stdio[descriptor];
  return stream && 'read' in stream ? text(stream satisfies Readable) : Promise.resolve('');
}

function parseReport(report: string): Map<string, number> {
  const lines = report.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [name = '', value = ''] = line.split(' ');
      return [name, Number(value)];
    }),
  );
}

function counters(numbers: Map<string, number>): Counters {
  const read = (name: string): number => {
    const value = numbers.get(name);
    if (value === undefined) throw new Error(`the lab reported no ${name}`);
    return value;
  };
  return {
    dropped: read('dropped'),
    clashResolve: read('clash_resolve'),
    insertFailed: read('insert_failed'),
    queriesA: read('queries_a'),
    queriesAaaa: read('queries_aaaa'),
  };
}
