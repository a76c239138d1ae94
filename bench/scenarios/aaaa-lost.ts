import { PEERS } from '../contenders';
import { askAtOnce } from '../load';
import type { Scenario } from '../scenario';

export const aaaaLost: Scenario = {
  title: 'Every answer to a AAAA query is lost',
  shows: 'The stall of Kubernetes and of DNS servers blind to IPv6: who asks for AAAA waits for it.',
  server: 'scripted',
  contenders: ['dns-lookup', 'dns-lookup-4', 'dns-resolve4', ...PEERS, 'lookup4', 'lookup', 'lookup-dual'],
  quickContenders: ['dns-lookup', 'dns-lookup-4', 'lookup4', 'lookup'],
  quickRounds: 1,
  processes: { full: 1, quick: 1 },
  metrics: ['max', 'p50'],
  plot: 'stalls',
  note:
    'With family 4 Node sends no AAAA either. glibc mends itself a little: a thread that has stalled asks ' +
    'one by one from then on, and its next lookups take 5 s, not 15.',
  measure(lookup, { quick, unique }) {
    const names = Array.from({ length: quick ? 2 : 8 }, (_, at) => `u-${at}-${unique}.drop-aaaa.test`);
    return askAtOnce(lookup, names);
  },
};
