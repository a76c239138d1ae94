import { execFile } from 'node:child_process';
import { firstWait } from '../facts/resolver-config';
import { isAnsweredByHosts } from '../facts/system';
import type { HostEvidence } from './evidence';
import { hasStalled } from './figures';
import { queriesAtWorst } from './query-budget';
import { LONGEST, type Session } from './session';

/** What a healthy name waited for behind one that does not answer. */
export interface HeadOfLine {
  readonly behind: string;
  /** ms; `atLeast`: it still waited then. */
  readonly ms: number;
  readonly atLeast: boolean;
}

const DEFAULT_THREADS = 4;
const MOST_THREADS = 1024; // libuv, threadpool.c

/** libuv's threads, as UV_THREADPOOL_SIZE sets them. */
export function poolSize(value: string | undefined): number {
  if (value === undefined) return DEFAULT_THREADS;
  const number = Number.parseInt(value, 10);
  return Math.min(MOST_THREADS, Math.max(1, Number.isNaN(number) ? 1 : number));
}

/** Of those, the ones that getaddrinfo may use at once: half, rounded up. */
export function lookupSlots(threads: number): number {
  return Math.floor((threads + 1) / 2);
}

/** Longer than this the dead name is not waited for. */
const MOST_WAITED = 6000;
/** ms kept for the report, and for the process to start. */
const RESERVE = 3000;

/**
 * A process of its own, which can be killed: Node does not exit while getaddrinfo runs. As many lookups of the dead name
 * as may run at once, then one of localhost, which the hosts file answers.
 */
const SCRIPT = `
const { lookup } = require('node:dns');
const { writeSync } = require('node:fs');
const [name, slots] = process.argv.slice(1);
for (let i = 0; i < Number(slots); i++) lookup(name, () => {});
const begun = performance.now();
lookup('localhost', { family: 4 }, () => {
  writeSync(1, String(performance.now() - begun));
  process.kill(process.pid, 'SIGKILL');
});
`;

function measure(
  behind: string,
  slots: number,
  patience: number,
  stop: AbortSignal,
): Promise<HeadOfLine | undefined> {
  const args = ['-e', SCRIPT, behind, String(slots)];
  const env = { ...process.env, NODE_OPTIONS: '' }; // a preload may have replaced dns.lookup
  const options = { env, signal: stop, timeout: patience, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout) => {
      const ms = Number.parseFloat(stdout);
      if (!Number.isNaN(ms)) resolve({ behind, ms, atLeast: false });
      // Not killed: stopped by us, or never started where there may be no more processes.
      else resolve(error?.killed === true ? { behind, ms: patience, atLeast: true } : undefined);
    });
  });
}

/** ms that the measurement may take, `elapsed` ms into the examination; whole, as execFile wants them. */
export function patienceAfter(elapsed: number): number {
  return Math.floor(Math.min(MOST_WAITED, LONGEST - elapsed - RESERVE));
}

/** The host whose dual-stack lookups all stall. */
function deadHost(hosts: readonly HostEvidence[], wait: number): HostEvidence | undefined {
  return hosts.find(({ lookups }) => {
    const both = lookups.filter(({ family }) => family === 0);
    return both.length >= 3 && both.every((sample) => hasStalled(sample, wait));
  });
}

/** Measures what a healthy name waits for behind a dead one in Node's own pool; undefined where no name is dead. */
export async function measureHeadOfLine(
  all: readonly HostEvidence[],
  session: Session,
): Promise<HeadOfLine | undefined> {
  const { config, libc, env } = session.system;
  const dead = deadHost(all, firstWait(config, libc));
  const patience = patienceAfter(session.elapsed);
  const slots = lookupSlots(poolSize(env['UV_THREADPOOL_SIZE']));
  if (dead === undefined || patience < 1000 || session.signal.aborted) return undefined;
  const cost = { names: dead.names.length, times: 1 };
  const queries = slots * queriesAtWorst(0, config, libc, cost);
  if (!isAnsweredByHosts('localhost', session.system) || !session.budget.reserve(queries)) return undefined;

  return measure(dead.host, slots, patience, session.signal).finally(() =>
    session.budget.settle(queries, queries),
  );
}
