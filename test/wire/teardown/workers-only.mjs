// workers-only.mjs LIVE_NAME SLOW_NAME
//
// The addon is loaded in several workers first, all of which end, and in the main thread only then: its
// code must still be mapped for the threads that are in a call.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

const [live = '', slow = ''] = process.argv.slice(2);
const ended = [];
for (let number = 0; number < 8; number += 1) {
  const worker = new Worker(new URL('victim.mjs', import.meta.url), {
    workerData: { kind: 'hang', live: `${number}.${live}`, slow: `${number}.${slow}` },
  });
  ended.push(new Promise((resolve) => worker.once('message', resolve)).then(() => worker.terminate()));
}
const codes = await Promise.all(ended);
// Those calls return to where nobody waits, with no environment left that loaded the addon.
await new Promise((resolve) => setTimeout(resolve, 1500));
const { lookup4, threadStats } = createRequire(import.meta.url)('../../../dist');
const address = await lookup4(live);
console.log(JSON.stringify({ ended: codes.length, address, abandoned: threadStats().abandoned }));
