import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadPackage } from '../contenders';
import type { Scenario } from '../scenario';

const LOOKUPS = 10_000;

export const abort: Scenario = {
  title: `One signal for ${LOOKUPS} lookups`,
  shows: 'The longest turn of the event loop while they are aborted, and the ms until all have rejected.',
  server: 'scripted',
  contenders: ['lookup4'],
  quickRounds: 1,
  metrics: ['tick', 'all'],
  note: 'Between two samples of the loop lies 1 ms. dns.lookup takes no signal.',
  async measure(_, { unique }) {
    const { Resolver } = loadPackage();
    const resolver = new Resolver({ maxPending: LOOKUPS });
    const round = async (kind: string): Promise<{ tick: number; all: number; failed: number }> => {
      const controller = new AbortController();
      const { signal } = controller;
      const names = Array.from({ length: LOOKUPS }, (_, at) => `u-${kind}-${at}-${unique}.drop.test`);
      const ended = names.map((name) =>
        resolver.lookup4(name, { signal }).then(
          () => 1,
          () => 0,
        ),
      );
      await new Promise(setImmediate);
      const loop = monitorEventLoopDelay({ resolution: 1 });
      loop.enable();
      const begun = performance.now();
      controller.abort();
      const answered: number[] = await Promise.all(ended);
      const all = performance.now() - begun;
      // What happens in the turn of the abort is seen in the next one.
      await new Promise((resolve) => setTimeout(resolve, 5));
      loop.disable();
      return { tick: loop.max / 1e6, all, failed: answered.filter((one) => one === 1).length };
    };
    await round('warm');
    const { tick, all, failed } = await round('abort');
    return { numbers: { tick, all }, failed: failed > 0 ? { failed } : {} };
  },
};
