import { setTimeout as delay } from 'node:timers/promises';
import type { Case, Scenario } from '../scenario';

const CASES: readonly Case[] = [0, 1, 2, 4, 8, 16, 64].map((value) => ({ name: `${value} dead`, value }));

export const deadNames: Scenario = {
  title: 'Dead names before a healthy one',
  shows: 'Whether a name that nobody answers for delays the next one.',
  server: 'scripted',
  contenders: ['dns-lookup-4', 'dns-lookup-4-threads-64', 'dns-resolve4', 'lookup4', 'lookup'],
  quickContenders: ['dns-lookup-4', 'lookup4'],
  cases: CASES,
  quickCases: CASES.filter(({ value }) => value === 4),
  // With 8 dead names it takes 40 s already.
  skips: (contender, { value }) => contender === 'dns-lookup-4' && value > 8,
  quickRounds: 1,
  processes: { full: 1, quick: 1 },
  metrics: ['healthy'],
  plot: 'lines',
  async measure(lookup, { case: { value }, unique }) {
    for (let at = 0; at < value; at += 1) lookup(`u-${at}-${unique}.drop.test`, () => {});
    await delay(20);
    const begun = performance.now();
    await new Promise((resolve) => lookup(`u-healthy-${unique}.test`, resolve));
    return { numbers: { healthy: performance.now() - begun } };
  },
};
