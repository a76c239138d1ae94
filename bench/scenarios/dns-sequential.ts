import { PEERS } from '../contenders';
import { loadScenario } from '../scenario';

export const dnsSequential = loadScenario({
  title: 'A DNS name, one lookup after another',
  shows: 'Latency from a server next door; every name is new, so no cache has it.',
  server: 'fast',
  contenders: [
    'dns-lookup',
    'dns-lookup-4',
    'dns-resolve4',
    ...PEERS,
    'lookup4',
    'lookup',
    'lookup-dual',
    'limit-16',
  ],
  quickContenders: ['dns-lookup-4', 'lookup4'],
  metrics: ['p50', 'p99', 'cpu', 'perSecond'],
  plot: 'percentiles',
  load: ({ quick, unique }) => ({
    name: `u-%d-${unique}.fast.test`,
    concurrency: 1,
    warmUp: quick ? 300 : 500,
    duration: quick ? 500 : 1000,
  }),
});
