import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Scenario } from '../scenario';

const PER_MS = 200;
/** 8000 lookups: a resolver takes 10,000 at a time. */
const MILLISECONDS = 40;

export const burst: Scenario = {
  title: `${PER_MS} lookups started a millisecond`,
  shows: 'The longest turn of the event loop while 8000 lookups are started and answered.',
  server: 'fast',
  contenders: ['dns-lookup', 'dns-lookup-4', 'dns-resolve4', 'lookup4', 'lookup'],
  quickContenders: ['dns-lookup-4', 'lookup4'],
  metrics: ['tick', 'all'],
  note: 'Between two samples of the loop lies 1 ms.',
  async measure(lookup, { unique }) {
    const ask = (name: string): Promise<unknown> => new Promise((resolve) => lookup(name, resolve));
    const names = (kind: string, count: number): string[] =>
      Array.from({ length: count }, (_, at) => `u-${kind}-${at}-${unique}.fast.test`);
    for (let round = 0; round < 10; round += 1) await Promise.all(names(`warm-${round}`, 400).map(ask));

    const loop = monitorEventLoopDelay({ resolution: 1 });
    const left = names('burst', PER_MS * MILLISECONDS);
    const answers: Promise<unknown>[] = [];
    loop.enable();
    const begun = performance.now();
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        answers.push(...left.splice(0, PER_MS).map(ask));
        if (left.length > 0) return;
        clearInterval(timer);
        resolve();
      }, 1);
    });
    const failed = (await Promise.all(answers)).filter(Boolean).length;
    const all = performance.now() - begun;
    loop.disable();
    return { numbers: { tick: loop.max / 1e6, all }, failed: failed > 0 ? { failed } : {} };
  },
};
