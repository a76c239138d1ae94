import { PEERS } from '../contenders';
import type { Scenario } from '../scenario';

const BATCH = 1000;

export const cacheHits: Scenario = {
  title: 'Hits of a cache',
  shows: 'What a lookup costs whose answer is there already.',
  server: 'fast',
  contenders: [...PEERS, 'lookup-cached'],
  quickContenders: ['cacheable-lookup', 'lookup-cached'],
  metrics: ['perSecond'],
  async measure(lookup, { quick, unique }) {
    const name = `ttl-300.u-${unique}.fast.test`;
    const ask = (): Promise<void> =>
      new Promise((resolve, reject) => {
        lookup(name, (error) => (error ? reject(error) : resolve()));
      });
    await ask();
    const { Bench } = await import('tinybench');
    const time = quick ? 400 : 1000;
    const bench = new Bench({ time, warmupTime: time, throws: true });
    bench.add(
      'hits',
      () =>
        new Promise<void>((resolve, reject) => {
          let left = BATCH;
          const answered = (error: unknown): void => {
            if (error) reject(error);
            left -= 1;
            if (left === 0) resolve();
          };
          for (let at = 0; at < BATCH; at += 1) lookup(name, answered);
        }),
    );
    const [task] = await bench.run();
    const result = task?.result;
    if (result?.state !== 'completed') throw new Error(`tinybench: ${result?.state}`);
    return { numbers: { perSecond: (BATCH * 1000) / result.latency.p50 } };
  },
};
