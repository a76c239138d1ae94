import { type Case, loadScenario } from '../scenario';

const ONE: Case = { name: '1 % lost', value: 1 };
const FIVE: Case = { name: '5 % lost', value: 5 };

export const loss = loadScenario({
  title: 'Lost packets, by chance',
  shows: 'The tail of the latencies in a bad network: what one lookup in a hundred, in a thousand, waits.',
  server: 'scripted',
  contenders: ['dns-lookup', 'dns-lookup-4', 'dns-resolve4', 'cacheable-lookup', 'lookup4', 'lookup'],
  quickContenders: ['dns-lookup-4', 'lookup4'],
  cases: [ONE, FIVE],
  quickCases: [FIVE],
  quickRounds: 1,
  processes: { full: 4, quick: 4 },
  metrics: ['p999', 'p99', 'p50', 'max'],
  plot: 'cdf',
  note: 'Two at once, as many as dns.lookup has threads for: nobody waits for a thread here.',
  load: ({ case: { value }, quick, unique }) => ({
    name: `u-%d-${unique}.loss-${value}.test`,
    concurrency: 2,
    warmUp: 0,
    duration: 120_000,
    lookups: quick ? 150 : 400,
  }),
});
