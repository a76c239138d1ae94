import { putLoad } from '../load';
import type { Scenario } from '../scenario';

export const conntrackRace: Scenario = {
  title: 'The conntrack race',
  shows: 'A and AAAA of a lookup clash in the node’s kernel and one is lost, as in a cluster before 2020.',
  server: 'none',
  lab: { mode: 'legacy' },
  contenders: ['dns-lookup', 'dns-lookup-4', 'lookup4', 'lookup', 'lookup-dual'],
  quickContenders: ['dns-lookup', 'lookup4'],
  quickRounds: 1,
  metrics: ['max', 'stalled', 'p50', 'p99'],
  plot: 'stalls',
  note:
    'The network is that of test/lab. glibc mends itself: a thread that has stalled once asks one by one ' +
    'from then on, so a Node process stalls about once a thread. An A query alone has nothing to race with.',
  async measure(lookup, { quick, unique }) {
    const lookups = quick ? 200 : 500;
    const name = `u%d-${unique}.load.cluster.local.`;
    const load = { name, concurrency: 2, warmUp: 0, duration: 60_000, lookups };
    return putLoad(lookup, load);
  },
};
