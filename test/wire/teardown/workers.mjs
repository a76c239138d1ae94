// workers.mjs COUNT LIVE_NAME SLOW_NAME [SEED]
//
// COUNT worker threads, four at a time, each terminated at a random moment of its life: before it has
// loaded the package, in mid-submit, in mid-answer, in a callback; with lookups in flight in it and in
// the main thread. Prints what the main thread has left at its end as one JSON document.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { rss } from '../../teardown/rss.mjs';

const { lookup4, threadStats } = createRequire(import.meta.url)('../../../dist');

const [count = 0, live = '', slow = '', seed = 1] = process.argv
  .slice(2)
  .map((word) => (/^\d+$/.test(word) ? Number(word) : word));

let state = Number(seed);
/** Park and Miller's generator: the same moments for the same seed. */
function random() {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

const kinds = ['load', 'submit', 'answer', 'callback', 'hang', 'resolver', 'stats'];
const rounds = { begun: 0, answered: 0, failed: 0 };

/** @param {number} number */
async function startAndTerminate(number) {
  const kind = kinds[number % kinds.length] ?? 'load';
  const worker = new Worker(new URL('victim.mjs', import.meta.url), { workerData: { kind, live, slow } });
  worker.on('error', (error) => {
    console.error(`${kind}: ${error.message}`);
    process.exitCode = 1;
  });
  if (kind !== 'load') await new Promise((resolve) => worker.once('message', resolve));
  await new Promise((resolve) => setTimeout(resolve, random() * 30));
  rounds.begun += 1;
  lookup4(`n${number}.${live}`).then(
    () => {
      rounds.answered += 1;
    },
    (/** @type {Error} */ error) => {
      rounds.failed += 1;
      console.error(error.message);
    },
  );
  lookup4(`n${number}.${slow}`, { timeout: 50 }).catch(() => {});
  await worker.terminate();
}

let next = 0;
let settled = 0;
async function lane() {
  while (next < Number(count)) {
    next += 1;
    await startAndTerminate(next);
    if (next === Math.floor(Number(count) / 2)) settled = rss();
  }
}

await Promise.all([lane(), lane(), lane(), lane()]);
for (let wait = 0; wait < 500 && rounds.answered + rounds.failed < rounds.begun; wait += 1) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const { threads, queued } = threadStats();
console.log(JSON.stringify({ ...rounds, threads, queued, grown: rss() - settled }));
process.exit();
