// node bench/facade.mjs [--check]
//
// What all of the TypeScript above the addon costs a lookup, in microseconds of the event loop's thread: lookup() beside
// a bare call of the addon. The addon is replaced by one that answers on the next turn of the loop, so that no thread and
// no libc is in the figures. The best of many short rounds counts: a busy machine disturbs the others. With --check it
// exits with 1 where the extra cost is 6 us or more.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const LOOKUPS = 4096;
const CONCURRENCY = 64;
const ROUNDS = 200;
const BOUND = 6;
/** Of one answer in a batch: src/native/calls.ts. */
const FIELDS = 8;

/** @typedef {{ deliver: (...batch: unknown[]) => void, batch: unknown[] }} Channel */

const file = require.resolve('../build/Release/addrinfo.node');
const addon = {
  ...require(file),
  /** @param {Channel['deliver']} deliver */
  open: (deliver) => ({ deliver, batch: [] }),
  /**
   * @param {Channel} channel
   * @param {number} slot
   */
  submit(channel, slot) {
    if (channel.batch.length === 0) setImmediate(answer, channel);
    channel.batch.push(slot, 4, '127.0.0.1', 0, 0, 2, 2, 0);
    return 0;
  },
  /** @param {Channel} channel */
  wake: (channel) => setImmediate(() => channel.deliver()),
  runningFor: () => -2,
  candidate: () => 0,
  stepAside: () => 0,
  deliver() {},
  abandon: () => 0,
};
const loaded = require.cache[file];
if (loaded) loaded.exports = addon;

/** @param {Channel} channel */
function answer(channel) {
  const { batch } = channel;
  channel.batch = [];
  channel.deliver(...batch);
}

/** @type {typeof import('../dist/index.js')} */
const { lookup, promises } = require('../dist/index.js');

/** @type {Map<unknown, () => void>} */
const waiting = new Map();
const bareChannel = addon.open((/** @type {unknown[]} */ ...batch) => {
  for (let at = 0; at < batch.length; at += FIELDS) {
    const done = waiting.get(batch[at]);
    waiting.delete(batch[at]);
    done?.();
  }
});

let names = 0;
// No name twice: equal lookups would share one call.
const name = () => `n${names++}.test`;

/** @type {Record<string, (done: () => void) => unknown>} */
const ways = {
  'the addon': (done) => {
    names += 1;
    waiting.set(names, done);
    addon.submit(bareChannel, names);
  },
  lookup: (done) => lookup(name(), done),
  'promises.lookup': (done) => promises.lookup(name()).then(done),
};

/**
 * Microseconds a lookup.
 * @param {(done: () => void) => unknown} way
 * @returns {Promise<number>}
 */
function round(way) {
  return new Promise((resolve) => {
    const begun = performance.now();
    let started = 0;
    let answered = 0;
    const next = () => {
      started += 1;
      way(() => {
        answered += 1;
        if (answered === LOOKUPS) resolve(((performance.now() - begun) * 1000) / LOOKUPS);
        else if (started < LOOKUPS) next();
      });
    };
    for (let n = 0; n < CONCURRENCY; n++) next();
  });
}

/** @type {Map<string, number>} */
const best = new Map();
for (let n = 0; n < ROUNDS; n++) {
  for (const [title, way] of Object.entries(ways)) {
    best.set(title, Math.min(best.get(title) ?? Number.POSITIVE_INFINITY, await round(way)));
  }
}

const bare = best.get('the addon') ?? 0;
let exceeded = false;
console.log(`Node ${process.version}, us a lookup, best of ${ROUNDS} rounds of ${LOOKUPS}`);
for (const [title, us] of best) {
  const extra = us - bare;
  exceeded ||= extra >= BOUND;
  console.log(
    `${title.padEnd(16)} ${us.toFixed(2)}${title === 'the addon' ? '' : `  (${extra.toFixed(2)} more)`}`,
  );
}
if (process.argv.includes('--check') && exceeded) process.exitCode = 1;
