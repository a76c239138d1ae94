import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release } from 'node:os';

/** Where the numbers were taken. */
export interface Machine {
  readonly cpu: string;
  readonly cpus: number;
  readonly kernel: string;
  readonly libc: string;
  readonly node: string;
  /** Processes that wanted to run on average over the minute before. */
  readonly loadBefore: number;
}

function libc(): string {
  try {
    return execFileSync('getconf', ['GNU_LIBC_VERSION'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'not glibc';
  }
}

export function thisMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model ?? 'unknown',
    cpus: all.length,
    kernel: release(),
    libc: libc(),
    node: process.version,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}
