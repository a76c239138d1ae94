import { startDnsServer } from '../../test/support/dns-server/dns-server';
import { ON_A_FAULTY_NETWORK } from '../contenders';
import { together } from '../measurement';
import { type Case, countQueries, faultScenario } from '../scenario';

const FIRST = '127.0.0.1';
const SECOND = '127.0.0.2';

/** `value`: lookups that it answers before. */
const CASES: readonly Case[] = [
  { name: 'from the start', value: 0 },
  { name: 'after 200 answers', value: 200 },
];

export const firstSilent = faultScenario({
  title: 'The first nameserver is silent',
  shows: 'Two nameservers, of which the first does not answer: who learns that the second one does.',
  resolvConf: `nameserver ${FIRST}\nnameserver ${SECOND}`,
  contenders: ON_A_FAULTY_NETWORK,
  quickContenders: ['dns-lookup-4', 'lookup4'],
  cases: CASES,
  quickRounds: 1,
  processes: { full: 1, quick: 1 },
  metrics: ['first', 'p99', 'p50', 'max', 'packets', 'toSilent'],
  plot: 'percentiles',
  note: 'Both answer after 2 ms while they do. One lookup, then 500 two at once, or as many as 20 s allow.',
  async measureLoads(put, { case: { value }, quick, unique }) {
    const [silent, other] = await Promise.all([
      startDnsServer({ address: FIRST, directives: 'delay-2' }),
      startDnsServer({ address: SECOND, directives: 'delay-2' }),
    ]);
    const one = { concurrency: 1, warmUp: 0, duration: 30_000, lookups: 1 };
    if (value > 0) await put({ ...one, name: `u-warm-%d-${unique}.test`, lookups: value });
    silent.impose('drop');
    const before = silent.queries.length;
    let first: number | undefined;
    const { numbers, ...rest } = await countQueries([silent, other], async () => {
      const alone = await put({ ...one, name: `u-first-%d-${unique}.test` });
      first = alone.numbers['max'];
      const load = { concurrency: 2, warmUp: 0, duration: quick ? 8000 : 20_000, lookups: 500 };
      return together([alone, await put({ ...load, name: `u-%d-${unique}.test` })]);
    });
    const toSilent = (silent.queries.length - before) / (numbers['lookups'] ?? Number.NaN);
    return { ...rest, numbers: { ...numbers, first: first ?? Number.NaN, toSilent } };
  },
});
