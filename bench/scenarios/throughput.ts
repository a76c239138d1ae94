import { PEERS } from '../contenders';
import { type Case, loadScenario } from '../scenario';

const CASES: readonly Case[] = [1, 8, 64, 256].map((value) => ({ name: `${value} at once`, value }));

export const throughput = loadScenario({
  title: 'DNS names from a fast server, so many at once',
  shows: 'How many lookups are answered a second, and what each costs in CPU time.',
  server: 'fast',
  contenders: [
    'dns-lookup',
    'dns-lookup-4',
    'dns-lookup-4-threads-64',
    'dns-resolve4',
    ...PEERS,
    'lookup4',
    'lookup',
    'lookup-dual',
    'limit-16',
    'limit-16-kept',
  ],
  quickContenders: ['dns-lookup-4', 'lookup4', 'limit-16'],
  cases: CASES,
  quickCases: CASES.filter(({ value }) => value === 8 || value === 64),
  metrics: ['perSecond', 'cpu', 'p50', 'p99'],
  plot: 'lines',
  note: 'libuv gives getaddrinfo half of its pool: two threads of four. Server and client share the machine.',
  load: ({ case: { value }, quick, unique }) => ({
    name: `u-%d-${unique}.fast.test`,
    concurrency: value,
    // V8 goes on compiling for 2 s, and takes a CPU for it.
    warmUp: quick ? 1000 : 2000,
    duration: quick ? 500 : 1000,
  }),
});
