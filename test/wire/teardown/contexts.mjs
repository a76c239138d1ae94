// contexts.mjs COUNT LIVE_NAME SLOW_NAME
//
// Lookups made by code in vm contexts that are dropped while they are in flight, as a test runner drops
// them; and the addon loaded a second time into the same environment. Needs --expose-gc.
import { createRequire } from 'node:module';
import { createContext, runInContext } from 'node:vm';

const require = createRequire(import.meta.url);
const [count = '', live = '', slow = ''] = process.argv.slice(2);
const { lookup, lookup4 } = require('../../../dist');

const answers = { live: 0, slow: 0, thrown: 0 };
process.on('uncaughtException', (error) => {
  if (error.message === 'thrown in a context') answers.thrown += 1;
  else throw error;
});

for (let number = 0; number < Number(count); number += 1) {
  const context = createContext({
    lookup,
    lookup4,
    answers,
    names: [`${number}.${live}`, `${number}.${slow}`],
  });
  const source = `
    const [live, slow] = names;
    lookup(slow, () => { answers.slow += 1; throw new Error('thrown in a context'); });
    lookup4(live).then((address) => { if (address === '10.1.2.3') answers.live += 1; });
  `;
  await runInContext(source, context);
  if (number % 10 === 0) globalThis.gc?.();
}
for (let wait = 0; wait < 500 && answers.thrown < Number(count); wait += 1) {
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 20));
}

// Loaded anew, as where the module cache was cleared of the .node file too: a second instance.
const path = Object.keys(require.cache).find((file) => file.endsWith('.node')) ?? '';
const again = { exports: { threadStats: () => ({ max: 0 }) } };
process.dlopen(again, path);
console.log(JSON.stringify({ ...answers, again: again.exports.threadStats().max }));
