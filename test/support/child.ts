import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** What a script printed, how it ended, and how long it took in ms. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

const root = join(__dirname, '../..');

/** Runs Node with these arguments at the root of the package, where './dist' is what users load. */
export function runNode(args: readonly string[], timeout?: number): Promise<Finished> {
  return runProgram(process.execPath, args, { timeout });
}

/** Runs any program, there unless `cwd` says where. `timeout` in ms (20000), then `killSignal` (SIGKILL). */
export function runProgram(
  file: string,
  args: readonly string[],
  options: {
    timeout?: number | undefined;
    env?: NodeJS.ProcessEnv;
    cwd?: string;
    killSignal?: NodeJS.Signals;
  } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(file, [...args], {
      cwd: options.cwd ?? root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeout ?? 20_000,
      killSignal: options.killSignal ?? 'SIGKILL',
      env: options.env ?? process.env,
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...output, ms: performance.now() - begun }));
  });
}

/** Runs a CommonJS script given as text. */
export function runScript(source: string, timeout?: number): Promise<Finished> {
  return runNode(['-e', source], timeout);
}
