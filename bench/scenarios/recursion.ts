import { startDnsServer } from '../../test/support/dns-server/dns-server';
import { ON_A_FAULTY_NETWORK } from '../contenders';
import { countQueries, faultScenario } from '../scenario';

export const recursion = faultScenario({
  title: 'Nine names in ten within 2 ms, the tenth within 80 ms',
  shows:
    'A resolver with a cache asks others for what is not in it: such a name is not to be asked for twice.',
  contenders: ON_A_FAULTY_NETWORK,
  quickContenders: ['lookup4', 'lookup4-unhedged'],
  quickRounds: 1,
  processes: { full: 1, quick: 1 },
  metrics: ['packets', 'p50', 'p95', 'p99'],
  plot: 'percentiles',
  note: 'Two at once. Asked again, the server takes as long for the same name.',
  async measureLoads(put, { quick, unique }) {
    const server = await startDnsServer({ directives: 'delay-2.slow-80' });
    const load = { concurrency: 2, warmUp: 0, duration: 30_000 };
    await put({ ...load, name: `u-warm-%d-${unique}.test`, lookups: 200 });
    const lookups = quick ? 400 : 1000;
    return countQueries([server], () => put({ ...load, name: `u-%d-${unique}.test`, lookups }));
  },
});
