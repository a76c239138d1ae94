import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type HeadOfLine, lookupSlots, poolSize } from './checks/node';
import { hasStalled } from './figures';
import { queriesAtWorst } from './query-budget';
import { firstWait } from './resolver-config';
import { LONGEST, type Session } from './session';
import type { Survey } from './survey';
import { isInHosts } from './system';
import type { Target } from './target';

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
const [name, slots] = process.argv.slice(1);
for (let i = 0; i < Number(slots); i++) lookup(name, () => {});
const begun = performance.now();
lookup('localhost', { family: 4 }, () => console.log(performance.now() - begun));
`;

/** The host whose dual-stack lookups all stall. */
function deadTarget(surveys: readonly Survey[], wait: number): Target | undefined {
  const dead = surveys.find(({ samples }) => {
    const both = samples.filter(({ family }) => family === 0);
    return both.length >= 3 && both.every((sample) => hasStalled(sample, wait));
  });
  return dead?.target;
}

/** Measures what a healthy name waits for behind a dead one in Node's own pool; undefined where no name is dead. */
export async function measureHeadOfLine(
  surveys: readonly Survey[],
  session: Session,
): Promise<HeadOfLine | undefined> {
  const { config, libc, env, hosts } = session.system;
  const dead = deadTarget(surveys, firstWait(config, libc));
  const patience = Math.min(MOST_WAITED, LONGEST - session.elapsed - RESERVE);
  const slots = lookupSlots(poolSize(env['UV_THREADPOOL_SIZE']));
  const queries = slots * queriesAtWorst(0, config, libc, dead?.times ?? 1);
  if (dead === undefined || patience < 1000 || session.signal.aborted) return undefined;
  if (!isInHosts('localhost', hosts) || !session.budget.reserve(queries)) return undefined;

  const behind = dead.name;
  const child = spawn(process.execPath, ['-e', SCRIPT, behind, String(slots)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: '' }, // a preload may have replaced dns.lookup
  });
  const end = (): boolean => child.kill('SIGKILL');
  const timer = setTimeout(end, patience);
  session.signal.addEventListener('abort', end);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    end();
  });
  await once(child, 'close').finally(() => {
    clearTimeout(timer);
    session.signal.removeEventListener('abort', end);
    session.budget.settle(queries, queries);
  });
  if (session.signal.aborted) return undefined;
  const ms = Number.parseFloat(printed);
  return Number.isNaN(ms) ? { behind, ms: patience, atLeast: true } : { behind, ms, atLeast: false };
}
