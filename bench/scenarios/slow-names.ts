import { loadScenario } from '../scenario';

export const slowNames = loadScenario({
  title: 'Names that take 20 ms, 256 at once',
  shows: 'The same from a server 20 ms away: threads wait, and their number decides the rate.',
  server: 'scripted',
  contenders: [
    'dns-lookup',
    'dns-lookup-4',
    'dns-lookup-4-threads-64',
    'dns-resolve4',
    'lookup4',
    'lookup4-threads-64',
    'lookup',
    'limit-16',
    'limit-64',
  ],
  quickContenders: ['dns-lookup', 'lookup4', 'lookup4-threads-64'],
  quickRounds: 2,
  metrics: ['perSecond', 'p50', 'p99', 'cpu'],
  plot: 'percentiles',
  load: ({ quick, unique }) => ({
    name: `u-%d-${unique}.delay-20.test`,
    concurrency: 256,
    warmUp: 0,
    duration: quick ? 1000 : 2000,
  }),
});
