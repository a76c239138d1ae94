import { startDnsServer } from '../../test/support/dns-server/dns-server';
import { countQueries, faultScenario } from '../scenario';

const CONCURRENCY = 64;

export const slowServer = faultScenario({
  title: 'A server that takes 400 ms, 64 at once',
  shows: 'Whether a server that is slow is asked twice.',
  contenders: ['dns-lookup-4', 'dns-resolve4', 'lookup4', 'lookup4-unhedged', 'lookup', 'limit-64'],
  quickContenders: ['lookup4'],
  quickRounds: 1,
  processes: { full: 1, quick: 1 },
  metrics: ['packets', 'p50', 'p99'],
  plot: 'percentiles',
  note: 'dns.lookup has two threads: five lookups a second.',
  async measureLoads(put, { quick, unique }) {
    const server = await startDnsServer({ directives: 'delay-400' });
    const load = { concurrency: CONCURRENCY, warmUp: 0, duration: 1000 };
    await put({ ...load, name: `u-warm-%d-${unique}.test`, lookups: quick ? 128 : 192 });
    return countQueries([server], () =>
      put({ ...load, name: `u-%d-${unique}.test`, duration: 5000, lookups: quick ? 256 : 640 }),
    );
  },
});
