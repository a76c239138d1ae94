import { type Case, loadScenario, type Pressure } from '../scenario';

const PRESSURES: readonly Pressure[] = [
  { name: 'quiet', busy: 0 },
  { name: '1 busy process', busy: 1 },
  { name: '2 busy processes', busy: 2 },
  { name: '0.2 CPU', busy: 0, quota: 0.2 },
];

const NAMES = { hosts: 'hosts-file names', dns: 'DNS names' } as const;

const CASES: readonly Case[] = PRESSURES.flatMap((pressure) =>
  (['hosts', 'dns'] as const).flatMap((names) =>
    [1, 8, 64].map((value) => ({
      name: `${NAMES[names]}, ${pressure.name}, ${value} at once`,
      value,
      names,
      pressure,
    })),
  ),
);

/** More than are asked at once: equal lookups would share one call. */
const HOSTS_NAMES = 128;

/** Eight names a line: reading the file should not be all that is measured. */
export const MATRIX_HOSTS = Array.from({ length: HOSTS_NAMES / 8 }, (_, line) => {
  const names = Array.from({ length: 8 }, (_, at) => `bench-${8 * line + at}`);
  return `10.1.2.3 ${names.join(' ')}`;
}).join('\n');

export const matrix = loadScenario({
  title: 'The matrix: busy machines and small quotas',
  shows: 'The rate against dns.lookup with family 4, where both share the CPUs with others.',
  server: 'fast',
  contenders: ['dns-lookup-4', 'lookup4', 'lookup'],
  quickContenders: ['dns-lookup-4', 'lookup4'],
  cases: CASES,
  quickRounds: 5,
  inTurn: true,
  metrics: ['overNode', 'perSecond', 'cpu'],
  note:
    'One process measures the contenders in turn, in slices of a fraction of a second. The quota is a cgroup’s, ' +
    'for that process alone. The drop-in asks for both families where a name is in the hosts file.',
  load: ({ case: { value, names, pressure }, quick, unique }) => ({
    name: names === 'hosts' ? 'bench-%d' : `u-%d-${unique}.fast.test`,
    ...(names === 'hosts' && { names: HOSTS_NAMES }),
    concurrency: value,
    warmUp: 0,
    // The kernel gives a quota out every 100 ms.
    duration: pressure?.quota === undefined ? (quick ? 120 : 300) : quick ? 200 : 500,
  }),
});
