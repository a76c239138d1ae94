import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Case, Scenario } from '../scenario';

const CASES: readonly Case[] = [100, 1000].map((value) => ({ name: `${value} hang`, value }));

function threads(): number {
  return Number(/^Threads:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

function resident(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

export const memory: Scenario = {
  title: 'Memory and threads of pending lookups',
  shows: 'What a lookup that hangs holds: its part of the threads, their stacks, its objects.',
  server: 'scripted',
  ways: [
    'dns-lookup-4',
    'dns-lookup-4-threads-64',
    'dns-resolve4',
    'lookup4',
    'lookup4-threads-64',
    'lookup',
  ],
  quickWays: ['lookup4'],
  cases: CASES,
  quickRounds: 1,
  metrics: ['kib', 'threads'],
  async measure(lookup, { case: { value }, unique }) {
    await Promise.all(
      Array.from({ length: 16 }, (_, at) => {
        return new Promise((resolve) => lookup(`u-warm-${at}-${unique}.delay-20.test`, resolve));
      }),
    );
    const before = { resident: resident(), threads: threads() };
    for (let at = 0; at < value; at += 1) lookup(`u-${at}-${unique}.drop.test`, () => {});
    // Past the second hedge, short of the first deadline.
    await delay(2000);
    return {
      numbers: {
        kib: (resident() - before.resident) / 1024 / value,
        threads: threads() - before.threads,
      },
    };
  },
};
