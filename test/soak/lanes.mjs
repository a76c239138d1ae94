// The mixed load of the soak: one lane a kind of use, each called over and over. A lane makes its lookups through `ask`,
// which knows how they may end.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

const require = createRequire(import.meta.url);
/** @type {typeof import('../../src/index.js')} */
const addrinfo = require('../../dist');
const { constants, getaddrinfo, lookup, lookup4, promises, Resolver, setThreads } = addrinfo;

/** @typedef {(way: string, lookup: Promise<unknown>, good: (answer: unknown) => boolean, failures?: readonly string[]) => Promise<void>} Ask */

/** @param {number} most */
const random = (most) => Math.floor(Math.random() * most);
let names = 0;

/** @param {string} labels */
function fresh(labels) {
  names += 1;
  return `u-${names}.${labels}.test`;
}

const ADDRESS = '10.1.2.3';
/** @param {unknown} answer */
const isAddress = (answer) => answer === ADDRESS;
/** @param {unknown} answer */
const isEntry = (answer) =>
  typeof answer === 'object' && answer !== null && Reflect.get(answer, 'address') === ADDRESS;
const never = () => false;

// Made once: their caches and counters live as long as the soak.
const hedging = new Resolver({ timeout: 3000, hedge: 100 });
const caching = new Resolver({ cache: { ttl: 50, staleTtl: 100, negativeTtl: 50, maxEntries: 100 } });
const dual = new Resolver({ families: 'dual', timeout: 1500 });
const narrow = new Resolver({ maxPending: 4 });
export const resolvers = [hedging, caching, dual, narrow];

/** @type {Readonly<Record<string, (ask: Ask) => Promise<unknown>>>} */
export const lanes = {
  plain: (ask) => ask('plain', lookup4(fresh('a-10-1-2-3')), isAddress),

  'drop-in, equal names': (ask) => {
    const name = fresh('a-10-1-2-3.delay-10');
    const one = () =>
      new Promise((resolve, reject) => {
        lookup(name, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses[0])));
      });
    return Promise.all([1, 2, 3].map(() => ask('drop-in', one(), isEntry)));
  },

  loss: (ask) => ask('loss', hedging.lookup4(fresh(`a-10-1-2-3.loss-20-seed-${random(1000)}`)), isAddress),

  'a lost first packet': (ask) =>
    ask('first packet lost', hedging.promises.lookup(fresh('a-10-1-2-3.drop-first-1')), isEntry),

  'AAAA lost': (ask) => ask('AAAA lost', dual.promises.lookup(fresh('a-10-1-2-3.drop-aaaa')), isEntry),

  'dead names': async (ask) => {
    const dead = lookup4(fresh('drop'), { timeout: 300 + random(700) });
    await ask('dead', dead, never, ['ETIMEOUT', 'EAI_AGAIN']);
  },

  'no such name': (ask) => ask('no such name', lookup4(fresh('nxdomain')), never, ['ENOTFOUND']),
  'a nameserver that fails': (ask) => ask('servfail', lookup4(fresh('servfail')), never, ['EAI_AGAIN']),

  aborts: async (ask) => {
    const aborter = new AbortController();
    const late = lookup4(fresh('a-10-1-2-3.delay-100'), { signal: aborter.signal });
    const timer = setTimeout(() => aborter.abort(), random(200));
    await ask('abort', late, isAddress, ['AbortError']);
    clearTimeout(timer);
  },

  cache: async (ask) => {
    const wanted = Array.from({ length: 20 }, () => caching.lookup4(`c-${random(1000)}.a-10-1-2-3.test`));
    await Promise.all(wanted.map((answer) => ask('cache', answer, isAddress)));
    if (random(10) === 0) caching.clearCache();
  },

  'resolvers made and dropped': (ask) => {
    const resolv = {
      nameservers: ['[::1]:9', '127.0.0.1'],
      search: ['x.test'],
      timeout: 1,
      rotate: random(2) === 0,
    };
    const resolver = new Resolver({ resolv, cache: { ttl: 1000 } });
    return ask('own resolver', resolver.lookup4(fresh('a-10-1-2-3')), isAddress);
  },

  'a full queue': async (ask) => {
    const lookups = Array.from({ length: 20 }, () => narrow.lookup4(fresh('a-10-1-2-3')));
    await Promise.all(lookups.map((one) => ask('full queue', one, isAddress, ['EAI_AGAIN'])));
  },

  'large answers over TCP': (ask) => {
    const flags = constants['AI_CANONNAME'] ?? 0;
    const entries = getaddrinfo(fresh('many-300.cname-2'), 443, { family: 4, socktype: 1, flags });
    const all = (/** @type {unknown} */ answer) => Array.isArray(answer) && answer.length === 300;
    return ask('large', entries, all);
  },

  'TCP cut': (ask) =>
    ask('TCP cut', lookup4(fresh('a-10-1-2-3.tc-cut'), { timeout: 1000 }), never, [
      'EAI_AGAIN',
      'ETIMEOUT',
      'ENOTFOUND',
    ]),
  garbage: (ask) => {
    const garbage = lookup4(fresh('garbage'), { timeout: 1000 });
    return ask('garbage', garbage, never, ['EAI_AGAIN', 'ETIMEOUT', 'ENOTFOUND', 'EAI_FAIL']);
  },

  reverse: (ask) => {
    const service = promises.lookupService(`10.20.${random(256)}.${random(256)}`, 80);
    return ask('reverse', service, (answer) =>
      /^host-10-20-/.test(String(Reflect.get(Object(answer), 'hostname'))),
    );
  },

  workers: async () => {
    const kinds = ['load', 'hang', 'callback', 'answer'];
    const workerData = {
      kind: kinds[random(kinds.length)],
      live: fresh('a-10-1-2-3'),
      slow: fresh('a-10-1-2-3.delay-300'),
    };
    const worker = new Worker(new URL('../wire/teardown/victim.mjs', import.meta.url), { workerData });
    if (workerData.kind !== 'load') await new Promise((resolve) => worker.once('message', resolve));
    await new Promise((resolve) => setTimeout(resolve, random(50)));
    await worker.terminate();
  },

  'the pool resized': async () => {
    const max = 8 + random(16);
    setThreads({ max, hardMax: 64 + random(64), idleTimeout: 500 + random(1000) });
    await new Promise((resolve) => setTimeout(resolve, 1000));
  },
};
