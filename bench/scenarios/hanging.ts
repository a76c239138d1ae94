import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Latencies } from '../measurement';
import type { Case, Scenario } from '../scenario';

const CASES: readonly Case[] = [0, 16, 64].map((value) => ({ name: `${value} hang`, value }));

export const hanging: Scenario = {
  title: 'The event loop and fs while lookups hang',
  shows: 'What the rest of the application notices of lookups that are not answered.',
  server: 'scripted',
  contenders: ['dns-lookup-4', 'dns-lookup-4-threads-64', 'dns-resolve4', 'lookup4', 'lookup'],
  quickContenders: ['dns-lookup-4', 'lookup4'],
  cases: CASES,
  quickCases: CASES.filter(({ value }) => value === 16),
  quickRounds: 1,
  metrics: ['fsP50', 'fsP99', 'loopP99'],
  note: 'libuv gives getaddrinfo only half of its pool, so fs goes on beside dns.lookup, too.',
  async measure(lookup, { case: { value }, quick, unique }) {
    for (let at = 0; at < value; at += 1) lookup(`u-${at}-${unique}.drop.test`, () => {});
    await delay(700);
    const loop = monitorEventLoopDelay({ resolution: 1 });
    const reads = new Latencies();
    const until = performance.now() + (quick ? 700 : 1500);
    loop.enable();
    while (performance.now() < until) {
      const begun = performance.now();
      await readFile(__filename);
      reads.record(performance.now() - begun);
      await delay(1);
    }
    loop.disable();
    return {
      numbers: {
        fsP50: reads.percentile(50),
        fsP99: reads.percentile(99),
        loopP99: loop.percentile(99) / 1e6,
      },
    };
  },
};
