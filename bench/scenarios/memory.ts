import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Case, Scenario } from '../scenario';

const CASES: readonly Case[] = [100, 1000].map((value) => ({ name: `${value} hang`, value }));

function threads(): number {
  return Number(/^Threads:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

function used(): { heap: number; resident: number; threads: number } {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, resident: rss, threads: threads() };
}

export const memory: Scenario = {
  title: 'Memory and threads of pending lookups',
  shows: 'What a lookup that hangs holds: its part of the threads, their stacks, its objects.',
  server: 'scripted',
  contenders: [
    'dns-lookup-4',
    'dns-lookup-4-threads-64',
    'dns-resolve4',
    'lookup4',
    'lookup4-threads-64',
    'lookup',
  ],
  quickContenders: ['lookup4'],
  cases: CASES,
  quickRounds: 1,
  metrics: ['heap', 'kib', 'threads'],
  async measure(lookup, { case: { value }, unique }) {
    await Promise.all(
      Array.from({ length: 16 }, (_, at) => {
        return new Promise((resolve) => lookup(`u-warm-${at}-${unique}.delay-20.test`, resolve));
      }),
    );
    const before = used();
    for (let at = 0; at < value; at += 1) lookup(`u-${at}-${unique}.drop.test`, () => {});
    // Past the second hedge, short of the first deadline.
    await delay(2000);
    const after = used();
    return {
      numbers: {
        heap: (after.heap - before.heap) / 1024 / value,
        kib: (after.resident - before.resident) / 1024 / value,
        threads: after.threads - before.threads,
      },
    };
  },
};
