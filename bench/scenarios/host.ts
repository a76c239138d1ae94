import { loadScenario } from '../scenario';

/** `--host NAME`. */
export const host = loadScenario({
  title: 'Your name, on your network',
  shows: 'One lookup after another, 200 a contender. A cache on the path serves all of them.',
  server: 'none',
  contenders: ['dns-lookup', 'dns-lookup-4', 'dns-resolve4', 'lookup4', 'lookup'],
  quickRounds: 5,
  metrics: ['p50', 'p99', 'max', 'cpu'],
  plot: 'percentiles',
  load: ({ host: name = 'localhost' }) => ({
    name,
    concurrency: 1,
    warmUp: 0,
    duration: 20_000,
    lookups: 40,
  }),
});
