import { loadScenario } from '../scenario';

export const hostsSequential = loadScenario({
  title: 'A name from the hosts file, one lookup after another',
  shows: 'What a call costs where nothing has to be asked: the way to a thread and back.',
  server: 'fast',
  ways: ['dns-lookup', 'dns-lookup-4', 'lookup4', 'lookup', 'lookup-dual', 'limit-16'],
  quickWays: ['dns-lookup-4', 'lookup4', 'limit-16'],
  metrics: ['p50', 'p99', 'cpu', 'perSecond'],
  plot: 'cdf',
  note: 'The C program makes the call in its own thread: it has no way to go.',
  load: ({ quick }) => ({
    name: 'bench-host',
    concurrency: 1,
    warmUp: quick ? 300 : 500,
    duration: quick ? 500 : 1000,
  }),
});
