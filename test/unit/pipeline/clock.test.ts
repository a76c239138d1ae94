import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { eventLoopClock } from '../../../src/pipeline/clock';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

test('a timer that is canceled, and still held, keeps none that was set after it in memory', async () => {
  const held = eventLoopClock.after(5000, () => {});
  const later = (() => {
    const work = () => {};
    const timer = eventLoopClock.after(5000, work);
    held.cancel();
    timer.cancel();
    return new WeakRef(work);
  })();
  await new Promise(setImmediate);
  collectGarbage();
  expect(later.deref()).toBeUndefined();
  held.cancel();
});
