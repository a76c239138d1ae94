// load.mjs PERIOD
//
// The process that is measured. All lanes run for PERIOD seconds; then they are held until nothing is under way, and the
// process measures itself: at rest, after a garbage collection, so that one sample can be compared with the next. Over and
// over, until the answer to a sample is 'end'. Needs --expose-gc and an IPC channel, over which the samples go.
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { lanes, resolvers } from './lanes.mjs';

/** @type {typeof import('../../src/index.js')} */
const { stats, threadStats } = createRequire(import.meta.url)('../../dist');
const period = Number(process.argv[2]) * 1000;

/** Longer than any deadline in lanes.mjs and the two seconds that libc may take beyond it, on a busy machine too. */
const ENDED = 30_000;

const counts = { lookups: 0, failed: 0, unexpected: 0 };
/** @type {string[]} */
let problems = [];
let underWay = 0;
let mostPending = 0;
let holding = false;

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @type {import('./lanes.mjs').Ask} */
async function ask(way, lookup, good, failures = []) {
  const begun = performance.now();
  counts.lookups += 1;
  underWay += 1;
  mostPending = Math.max(mostPending, underWay);
  try {
    const answer = await lookup;
    if (!good(answer)) problems.push(`${way}: answered ${JSON.stringify(answer)}`);
  } catch (error) {
    const { name = '', code = name } = Object(error);
    counts.failed += 1;
    if (failures.includes(code) || failures.includes(name)) return;
    // A starved machine may lose any packet; what is no failure of a lookup is a fault.
    if (code === 'ETIMEOUT' || code === 'EAI_AGAIN') counts.unexpected += 1;
    else problems.push(`${way}: ${String(error)}`);
  } finally {
    underWay -= 1;
    const took = performance.now() - begun;
    if (took > ENDED) problems.push(`${way}: took ${Math.round(took)} ms`);
  }
}

/** @param {(ask: import('./lanes.mjs').Ask) => Promise<unknown>} lane */
async function run(lane) {
  while (!holding) {
    await lane(ask);
    await sleep(5 + Math.random() * 20);
  }
}

/** @param {() => boolean} condition */
async function until(condition) {
  const end = performance.now() + ENDED;
  while (!condition() && performance.now() < end) await sleep(50);
  return condition();
}

const pendingAtRest = () =>
  [stats(), ...resolvers.map((resolver) => resolver.stats())].reduce((sum, { pending }) => sum + pending, 0);

async function rest() {
  const isIdle = () => {
    const { running, slow, queued } = threadStats();
    return running + slow + queued === 0;
  };
  if (!(await until(isIdle))) problems.push(`calls did not end: ${JSON.stringify(threadStats())}`);
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await sleep(50);
  }
}

/** Without those of a worker's own module: Node leaves it open where it was reading it when the worker was terminated. */
function descriptors() {
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return !readlinkSync(`/proc/self/fd/${descriptor}`).endsWith('/victim.mjs');
    } catch {
      return true; // That of the folder, which is closed by now.
    }
  });
}

function sample() {
  const status = readFileSync('/proc/self/status', 'utf8');
  const field = (/** @type {string} */ name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return {
    rss: field('VmRSS') / 1024,
    // The pool's own come and go with the load.
    threads: field('Threads') - threadStats().threads,
    fds: descriptors().length,
    pending: pendingAtRest(),
    mostPending,
    ...counts,
    problems,
  };
}

process.on('disconnect', () => process.exit(1));

let ending = false;
while (!ending) {
  holding = false;
  const running = Object.values(lanes).map(run);
  await sleep(period);
  holding = true;
  await Promise.all(running);
  await rest();
  process.send?.(sample());
  problems = [];
  mostPending = 0;
  const [answer] = await once(process, 'message');
  ending = answer === 'end';
}
// It is to end by itself: nothing that is left may keep it.
process.channel?.unref();
