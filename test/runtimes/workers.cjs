// 40 workers terminated with lookups in flight, 4 at a time; then a lookup, and an end while 16 lookups hang.
const { Worker } = require('node:worker_threads');
const { lookup4 } = require('addrinfo');

const [, , name = '', slowName = '', deadName = ''] = process.argv;
const source = `
  const { parentPort } = require('node:worker_threads');
  const { lookup4 } = require('addrinfo');
  for (let n = 0; n < 8; n += 1) {
    lookup4(n + '.${name}').catch(() => {});
    lookup4(n + '.${slowName}').catch(() => {});
  }
  parentPort.postMessage('ready');
`;

async function startAndTerminate() {
  const worker = new Worker(source, { eval: true });
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
  await worker.terminate();
}

async function main() {
  let ended = 0;
  for (; ended < 40; ended += 4) await Promise.all([1, 2, 3, 4].map(startAndTerminate));
  const address = await lookup4(name);
  for (let n = 0; n < 16; n += 1) lookup4(`${n}.${deadName}`).catch(() => {});
  setTimeout(() => {
    console.log(JSON.stringify({ ended, address, at: Date.now() }));
    process.exit(0);
  }, 100);
}

main();
