// A worker thread that is terminated at whatever it does.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const { kind, live, slow } = workerData;
const { getaddrinfo, lookup, lookup4, Resolver, threadStats } = createRequire(import.meta.url)(
  '../../../dist',
);

const drop = () => {};

/** Answers come as fast as libc gives them: literals. */
function keepAsking() {
  getaddrinfo('192.0.2.1', 'http').then(keepAsking, keepAsking);
}

for (let n = 0; n < 8; n += 1) {
  lookup4(`w${n}.${live}`).catch(drop);
  lookup4(`w${n}.${slow}`).catch(drop);
}

switch (kind) {
  case 'submit':
    parentPort?.postMessage('ready');
    for (let n = 0; n < 100_000; n += 1) lookup4(`s${n}.${live}`).catch(drop);
    break;
  case 'answer':
    for (let n = 0; n < 64; n += 1) keepAsking();
    parentPort?.postMessage('ready');
    break;
  case 'callback':
    lookup('localhost', () => {
      parentPort?.postMessage('ready');
      const end = Date.now() + 5000;
      while (Date.now() < end) lookup4(`c.${live}`).catch(drop);
    });
    break;
  case 'resolver':
    parentPort?.postMessage('ready');
    for (let n = 0; n < 1_000_000; n += 1) {
      const nameservers = ['127.0.0.1:53', '[::1]:53', '127.0.0.1'];
      const search = ['one.test', 'two.test', 'three.test', 'four.test'];
      new Resolver({ resolv: { nameservers, search, ndots: 2, rotate: true, timeout: 1, attempts: 1 } });
    }
    break;
  case 'stats':
    parentPort?.postMessage('ready');
    for (let n = 0; n < 1_000_000; n += 1) threadStats();
    break;
  default:
    parentPort?.postMessage('ready');
}
