import { startDnsServer } from '../../test/support/dns-server/dns-server';
import { ON_A_FAULTY_NETWORK } from '../contenders';
import { type Case, countQueries, faultScenario } from '../scenario';

const CASES: readonly Case[] = [1, 5, 20].map((value) => ({ name: `${value} % lost`, value }));
const WARM_UP = 200;

export const loss = faultScenario({
  title: 'Lost packets, by chance',
  shows: 'The tail of the latencies in a bad network: what one lookup in a hundred, in a thousand, waits.',
  contenders: ON_A_FAULTY_NETWORK,
  quickContenders: ['dns-lookup-4', 'lookup4'],
  cases: CASES,
  quickCases: CASES.filter(({ value }) => value === 5),
  quickRounds: 1,
  processes: { full: 4, quick: 4 },
  metrics: ['p999', 'p99', 'p50', 'max', 'packets'],
  plot: 'percentiles',
  note:
    `The server answers after 2 ms. ${WARM_UP} lookups before lose nothing. Two at once, as many as dns.lookup ` +
    'has threads for: nobody waits for a thread here. A process starts lookups for 30 s at most.',
  async measureLoads(put, { case: { value }, quick, unique }) {
    const server = await startDnsServer({ directives: 'delay-2' });
    const warmUp = { concurrency: 2, warmUp: 0, duration: 10_000, lookups: WARM_UP };
    await put({ ...warmUp, name: `u-warm-%d-${unique}.test` });
    server.impose(`delay-2.loss-${value}`);
    const load = { concurrency: 2, warmUp: 0, duration: quick ? 10_000 : 30_000, lookups: quick ? 150 : 400 };
    return countQueries([server], () => put({ ...load, name: `u-%d-${unique}.test` }));
  },
});
