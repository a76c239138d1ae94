import { askAtOnce } from '../load';
import type { Scenario } from '../scenario';

export const firstLost: Scenario = {
  title: 'The first A query is lost',
  shows: 'One lost packet, where IPv4 alone does not help: only asking again does.',
  server: 'scripted',
  contenders: [
    'dns-lookup',
    'dns-lookup-4',
    'dns-resolve4',
    'cacheable-lookup',
    'lookup-dns-cache',
    'lookup4',
    'lookup',
    'lookup-dual',
  ],
  quickContenders: ['dns-lookup-4', 'lookup4', 'lookup'],
  quickRounds: 1,
  processes: { full: 1, quick: 1 },
  metrics: ['max', 'p50'],
  plot: 'stalls',
  measure(lookup, { quick, unique }) {
    const names = Array.from({ length: quick ? 2 : 8 }, (_, at) => `u-${at}-${unique}.drop-first-a-1.test`);
    return askAtOnce(lookup, names);
  },
};
