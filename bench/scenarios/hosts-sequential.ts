import { loadScenario } from '../scenario';

export const hostsSequential = loadScenario({
  title: 'A name from the hosts file, one lookup after another',
  shows: 'What a call costs where no packet is sent: a thread is woken, and the event loop again.',
  server: 'fast',
  contenders: ['dns-lookup', 'dns-lookup-4', 'lookup4', 'lookup', 'lookup-dual', 'limit-16'],
  quickContenders: ['dns-lookup-4', 'lookup4', 'limit-16'],
  metrics: ['p50', 'p99', 'cpu', 'perSecond'],
  plot: 'percentiles',
  note: 'The C program calls from its own thread: nothing has to be woken.',
  load: ({ quick }) => ({
    name: 'bench-host',
    concurrency: 1,
    warmUp: quick ? 300 : 500,
    duration: quick ? 500 : 1000,
  }),
});
