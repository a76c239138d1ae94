// exit.mjs HOW DEAD_NAME
//
// Ends the process while 16 lookups of a name that never answers hang, answers flood in, and workers do
// the same; no flood where the process is to end by itself ('natural', 'worker-exit'). Prints the time just
// before the end, so that the parent sees how long the end took.
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

const { getaddrinfo, lookup, lookup4, threadStats } = createRequire(import.meta.url)('../../../dist');
const [how = '', dead = ''] = process.argv.slice(2);
const drop = () => {};

function keepAsking() {
  getaddrinfo('192.0.2.1', 'http').then(keepAsking, keepAsking);
}

function end() {
  writeSync(
    1,
    `${JSON.stringify({ at: Date.now(), inCalls: threadStats().running + threadStats().slow })}\n`,
  );
}

/** @returns {Promise<Worker>} a worker that floods, and has hanging lookups too */
function floodingWorker() {
  const worker = new Worker(new URL('victim.mjs', import.meta.url), {
    workerData: { kind: 'answer', live: 'localhost', slow: dead },
  });
  return new Promise((resolve) => worker.once('message', () => resolve(worker)));
}

const aborter = new AbortController();
for (let n = 0; n < 16; n += 1) lookup4(`${how}${n}.${dead}`, { signal: aborter.signal }).catch(drop);
if (how !== 'natural' && how !== 'worker-exit') {
  await Promise.all([floodingWorker(), floodingWorker()]);
  for (let n = 0; n < 64; n += 1) keepAsking();
}
await new Promise((resolve) => setTimeout(resolve, 100));

switch (how) {
  case 'exit':
    end();
    process.exit(0);
    break;
  case 'exit-in-callback':
    lookup('localhost', () => {
      end();
      process.exit(0);
    });
    break;
  case 'submit-while-exiting':
    process.on('exit', () => {
      end();
      for (let n = 0; n < 1000; n += 1) lookup4(`late${n}.${dead}`).catch(drop);
    });
    process.exit(0);
    break;
  case 'uncaught':
    lookup('localhost', () => {
      end();
      throw new Error('thrown in a callback');
    });
    break;
  case 'sigterm':
    end();
    process.kill(process.pid, 'SIGTERM');
    break;
  case 'abort':
    end();
    process.abort();
    break;
  case 'worker-exit': {
    const worker = new Worker(
      `const { lookup4 } = require(require('node:worker_threads').workerData.lib);
       for (let n = 0; n < 16; n++) lookup4('x' + n + '.${dead}').catch(() => {});
       setTimeout(() => process.exit(0), 50);`,
      { eval: true, workerData: { lib: createRequire(import.meta.url).resolve('../../../dist') } },
    );
    worker.on('exit', () => {
      aborter.abort();
      end();
    });
    break;
  }
  // Nobody waits for the 16 any more: what hangs in libc does not keep the process.
  case 'natural':
    aborter.abort();
    end();
    break;
  default:
    throw new Error(`no such end: ${how}`);
}
