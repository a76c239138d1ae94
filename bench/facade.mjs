// node bench/facade.mjs [--check]
//
// What all of the TypeScript above the addon costs a lookup, in microseconds of the event loop's thread: lookup() beside
// a bare call of the addon. The addon is replaced by one that answers on the next turn of the loop, so that no thread and
// no libc is in the figures. The best of many short rounds counts: a busy machine disturbs the others. With --check it
// exits with 1 where the extra cost is 3 us or more.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const LOOKUPS = 4096;
const CONCURRENCY = 64;
const ROUNDS = 200;
const BOUND = 3;

/** @type {(batch: unknown[]) => void} */
let deliver = () => {};
/** @type {unknown[]} */
let batch = [];

function answer() {
  const answered = batch;
  batch = [];
  deliver(answered);
}

const addon = {
  ...require('bindings')({ bindings: 'addrinfo', module_root: new URL('..', import.meta.url).pathname }),
  /** @param {typeof deliver} callback */
  open(callback) {
    deliver = callback;
    return {};
  },
  /**
   * @param {unknown} _channel
   * @param {number} id
   */
  submit(_channel, id) {
    if (batch.length === 0) setImmediate(answer);
    batch.push(id, 0, ['127.0.0.1']);
    return 0;
  },
  runningFor: () => -2,
  stepAside: () => 0,
  abandon: () => 0,
};
const bindings = require.resolve('bindings');
const loaded = require.cache[bindings];
if (loaded) loaded.exports = () => addon;

/** @type {typeof import('../dist/native.js')} */
const { start } = require('../dist/native.js');
/** @type {typeof import('../dist/index.js')} */
const { lookup, promises } = require('../dist/index.js');

let names = 0;
// No name twice: equal lookups would share one call.
const name = () => `n${names++}.test`;
const pace = { left: Number.POSITIVE_INFINITY, hedges: 0, extra: false, beside: false };
const fixed = {
  service: null,
  family: /** @type {const} */ (4),
  socktype: 1,
  protocol: 0,
  flags: 0,
  whole: false,
};

/** @type {Record<string, (done: () => void) => unknown>} */
const ways = {
  'the addon': (done) => start({ node: name(), ...fixed, resolver: undefined }, pace, done),
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
