// reload.mjs COUNT LIVE_NAME SLOW_NAME
//
// What a test runner does: the package is loaded afresh COUNT times in one environment, each time with
// lookups in flight, and dropped. Needs --expose-gc. Prints how many of the instances are left.
import { createRequire } from 'node:module';
import { rss } from '../../teardown/rss.mjs';

const require = createRequire(import.meta.url);
const [count = '', live = '', slow = ''] = process.argv.slice(2);
const entry = require.resolve('../../../dist');

/** @type {WeakRef<object>[]} */
const instances = [];
let answered = 0;

async function oneLife(/** @type {number} */ number) {
  for (const path of Object.keys(require.cache)) {
    if (path.endsWith('.node')) continue;
    const { children } = require.cache[path]?.parent ?? { children: [] };
    children.length = 0;
    Reflect.deleteProperty(require.cache, path);
  }
  const { lookup4, Resolver } = require(entry);
  instances.push(new WeakRef(Resolver));
  lookup4(`r${number}.${slow}`).then(
    () => {
      answered += 1;
    },
    () => {},
  );
  await lookup4(`r${number}.${live}`);
}

let settled = 0;
for (let number = 0; number < Number(count); number += 1) {
  await oneLife(number);
  if (number === Math.floor(Number(count) / 2)) settled = rss();
}
for (let wait = 0; wait < 500 && answered < Number(count); wait += 1) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
// The timer of a deadline (5 s) outlasts its lookups, and keeps the instance for so long.
await new Promise((resolve) => setTimeout(resolve, 6000));
for (let round = 0; round < 10; round += 1) {
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const left = instances.filter((instance) => instance.deref() !== undefined).length;
console.log(JSON.stringify({ answered, left, grown: rss() - settled }));
