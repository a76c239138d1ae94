import type { LabOptions, Mode } from '../test/lab/run-in-lab';
import type { DnsServer } from '../test/support/dns-server/dns-server';
import type { Contender, ContenderName, Lookup } from './contenders';
import { type Load, type PutLoad, putLoad } from './load';
import type { Measurement } from './measurement';

/** A number that a scenario reports, as the tables and plots show it. */
export interface Metric {
  readonly label: string;
  /** Digits after the point in tables. */
  readonly digits: number;
  /** It is a ratio already. */
  readonly ratio?: boolean;
}

export const METRICS = {
  perSecond: { label: 'lookups/s', digits: 0 },
  overNode: { label: '× dns.lookup family 4', digits: 2, ratio: true },
  cpu: { label: 'CPU µs/lookup', digits: 1 },
  p50: { label: 'p50 ms', digits: 3 },
  p95: { label: 'p95 ms', digits: 3 },
  p99: { label: 'p99 ms', digits: 3 },
  p999: { label: 'p99.9 ms', digits: 1 },
  max: { label: 'worst ms', digits: 1 },
  healthy: { label: 'healthy name ms', digits: 1 },
  all: { label: 'all answered ms', digits: 1 },
  first: { label: 'first lookup ms', digits: 1 },
  toSilent: { label: 'of them to the silent one', digits: 3 },
  inOutage: { label: 'queries in the outage', digits: 0 },
  recovery: { label: 'ms from its end to an answer', digits: 0 },
  open: { label: 'not finished', digits: 0 },
  packets: { label: 'queries/lookup', digits: 2 },
  fsP50: { label: 'fs.readFile p50 ms', digits: 3 },
  fsP99: { label: 'fs.readFile p99 ms', digits: 3 },
  loopP99: { label: 'event loop delay p99 ms', digits: 2 },
  tick: { label: 'longest tick ms', digits: 1 },
  heap: { label: 'JavaScript heap KiB/lookup', digits: 2 },
  kib: { label: 'resident KiB/lookup', digits: 1 },
  threads: { label: 'threads', digits: 0 },
  ms: { label: 'ms', digits: 2 },
  overEmpty: { label: '× an empty script', digits: 2, ratio: true },
  cpuMs: { label: 'CPU ms', digits: 2 },
  cpuOverEmpty: { label: '× `node -e 0`', digits: 2, ratio: true },
  stalled: { label: '% of 1 s and more', digits: 1 },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

/** What competes with a contender's process for the CPUs. */
export interface Pressure {
  readonly name: string;
  /** Processes that never sleep. */
  readonly busy: number;
  /** The CPUs that a cgroup lets it have. */
  readonly quota?: number;
}

/** One point of a scenario: how many at once, how many dead names ... */
export interface Case {
  readonly name: string;
  readonly value: number;
  /** In the matrix: which kind of names. */
  readonly names?: 'hosts' | 'dns';
  readonly pressure?: Pressure;
}

/** What a measurement is told. */
export interface Setting {
  readonly contender: Contender;
  readonly case: Case;
  readonly quick: boolean;
  /** A label for names that no other measurement asks for. */
  readonly unique: string;
  /** With --host: the user's name. */
  readonly host?: string;
}

/** The kind of picture that the report makes of a scenario. */
export type Plot = 'percentiles' | 'lines' | 'stalls';

export interface Scenario {
  readonly title: string;
  /** One sentence: what it shows. */
  readonly shows: string;
  /** `fast`: knot or nsd where installed, for throughput. `scripted`: the name says what goes wrong. */
  readonly server: 'fast' | 'scripted' | 'none';
  readonly contenders: readonly ContenderName[];
  /** The contenders that a quick run measures. Default: all. */
  readonly quickContenders?: readonly ContenderName[];
  /** Default: one. */
  readonly cases?: readonly Case[];
  readonly quickCases?: readonly Case[];
  /** Rounds of a quick run; a full one has five of every scenario. Default: 3. */
  readonly quickRounds?: number;
  /** A case that would take a contender minutes is left out. */
  readonly skips?: (contender: ContenderName, point: Case) => boolean;
  /**
   * For scenarios that measure waiting and not work: their contenders run at once, together with all other such
   * scenarios. The numbers: processes among which a round is divided, their latencies taken together.
   */
  readonly processes?: { readonly full: number; readonly quick: number };
  /** One process measures all contenders and cases under a pressure, in short slices: A B A B. */
  readonly inTurn?: boolean;
  /** resolv.conf of the scenario; default: the server's address alone. */
  readonly resolvConf?: string;
  /** Each process has a network and an /etc of its own, in which it starts its nameservers. */
  readonly ownNetwork?: true;
  /** The processes run in the pod of test/lab, in this mode. */
  readonly lab?: { readonly mode: Mode; readonly options?: LabOptions };
  /** The columns of its table, the most telling one first. */
  readonly metrics: readonly MetricName[];
  readonly plot?: Plot;
  /** Said beside the numbers. */
  readonly note?: string;
  /** For the C program, which can do nothing else. */
  readonly load?: (setting: Setting) => Load;
  /** For the C program, where the scenario's nameservers are its own. Runs in the process that starts both. */
  measureLoads?(put: PutLoad, setting: Setting): Promise<Measurement>;
  /** Runs in the contender's process. */
  measure(lookup: Lookup, setting: Setting): Promise<Measurement>;
}

export const ONE_CASE: Case = { name: '', value: 0 };

/** A scenario that is a load and nothing else. */
export function loadScenario(
  scenario: Omit<Scenario, 'measure' | 'load'> & { readonly load: (setting: Setting) => Load },
): Scenario {
  return { ...scenario, measure: (lookup, setting) => putLoad(lookup, scenario.load(setting)) };
}

/** A scenario of loads, beside nameservers of its own whose queries it counts. */
export function faultScenario(
  scenario: Omit<Scenario, 'measure' | 'server' | 'ownNetwork' | 'measureLoads'> &
    Required<Pick<Scenario, 'measureLoads'>>,
): Scenario {
  return {
    ...scenario,
    server: 'none',
    ownNetwork: true,
    measure: (lookup, setting) => scenario.measureLoads((load) => putLoad(lookup, load), setting),
  };
}

/** Measures, and counts the queries that these nameservers get meanwhile. */
export async function countQueries(
  servers: readonly DnsServer[],
  measure: () => Promise<Measurement>,
): Promise<Measurement> {
  const asked = (): number => servers.reduce((sum, { queries }) => sum + queries.length, 0);
  const before = asked();
  const measurement = await measure();
  const { numbers } = measurement;
  const packets = (asked() - before) / (numbers['lookups'] ?? Number.NaN);
  return { ...measurement, numbers: { ...numbers, packets } };
}
