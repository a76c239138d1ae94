import { max, median, min } from 'simple-statistics';
import { type ContenderName, contenderOf } from './contenders';
import { Latencies, type Measurement } from './measurement';
import { type Case, METRICS, type MetricName, type Scenario } from './scenario';
import type { ScenarioName } from './scenarios/index';

/** A number over all rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** By round; rounds of two contenders with the same index were measured next to one another. */
  readonly rounds: readonly number[];
}

/** A bar of a histogram on a logarithmic axis. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly percent: number;
}

/** The processes of one round of one contender. */
export type Round = readonly Measurement[];

/** One contender in one case of a scenario. */
export interface Row {
  readonly contender: ContenderName;
  readonly label: string;
  readonly case: Case;
  readonly metrics: Partial<Readonly<Record<MetricName, Spread>>>;
  /** Where its picture shows it: percent, and the ms within which so many percent of all lookups were answered. */
  readonly curve?: readonly (readonly [percent: number, ms: number])[];
  /** Which share of the lookups took so many ms: the histogram of a scenario about stalls. */
  readonly bins?: readonly Bin[];
  /** Lookups that failed, by code, over all rounds. */
  readonly failed: Readonly<Record<string, number>>;
}

export interface ScenarioResult {
  readonly name: ScenarioName;
  readonly title: string;
  readonly shows: string;
  readonly note?: string;
  readonly metrics: readonly MetricName[];
  readonly rows: readonly Row[];
  /** Why it was not measured. */
  readonly leftOut?: string;
}

/** From one lookup in two to one in 10,000, evenly on a logarithmic scale; 50, 90, 99, 99.9 and 99.99 among them. */
const PERCENTS = [50, ...Array.from({ length: 37 }, (_, at) => 100 - 100 / 10 ** ((at + 4) / 10))];

const POOLED = ['p50', 'p95', 'p99', 'p999', 'max'] as const;

function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

function spread(rounds: readonly number[]): Spread {
  const values = [...rounds];
  return { median: median(values), min: min(values), max: max(values), rounds };
}

/**
 * One row out of its rounds, each of which may be divided among processes. What waits is rare, so its
 * percentiles are those of all rounds taken together.
 */
export function rowOf(
  scenario: Scenario,
  contender: ContenderName,
  point: Case,
  rounds: readonly Round[],
): Row {
  const byMetric = new Map<MetricName, number[]>();
  const failed: Record<string, number> = {};
  const all = new Latencies();
  for (const round of rounds) {
    const together = merge(round);
    for (const [name, value] of Object.entries(together.numbers)) {
      if (!isMetricName(name)) continue;
      byMetric.set(name, [...(byMetric.get(name) ?? []), value]);
    }
    for (const [code, count] of Object.entries(together.failed)) failed[code] = (failed[code] ?? 0) + count;
    for (const { latencies } of round) if (latencies !== undefined) all.add(latencies);
  }
  const metrics: Partial<Record<MetricName, Spread>> = {};
  for (const [name, values] of byMetric) metrics[name] = spread(values);
  if (scenario.processes !== undefined && all.count > 0) {
    const pooled = all.numbers();
    for (const name of POOLED) {
      const own = metrics[name];
      if (own !== undefined) metrics[name] = { ...own, median: pooled[name] };
    }
  }
  const shown = {
    ...(scenario.plot === 'percentiles' && {
      curve: curveOf(all),
    }),
    ...(scenario.plot === 'stalls' && { bins: binsOf(all) }),
  };
  return { contender, label: contenderOf(contender).label, case: point, metrics, ...shown, failed };
}

/** As far as there are lookups to show it: of 1000, the worst is the 99.9th percentile. */
function curveOf(latencies: Latencies): [percent: number, ms: number][] {
  return PERCENTS.filter((percent) => latencies.count * (100 - percent) >= 99.99).map((percent) => [
    percent,
    latencies.percentile(percent),
  ]);
}

const BINS_PER_DECADE = 8;
const QUANTILES = 1000;

function binsOf(latencies: Latencies): Bin[] {
  const counts = new Map<number, number>();
  for (let at = 0; at < QUANTILES; at += 1) {
    const ms = latencies.percentile((100 * (at + 0.5)) / QUANTILES);
    const bin = Math.floor(Math.log10(ms) * BINS_PER_DECADE);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return [...counts].map(([bin, count]) => ({
    from: 10 ** (bin / BINS_PER_DECADE),
    to: 10 ** ((bin + 1) / BINS_PER_DECADE),
    percent: (100 * count) / QUANTILES,
  }));
}

/** Rounds that were measured next to Node's own, with their ratio to it. */
export function overNode(rounds: readonly Measurement[], node: readonly Measurement[]): Round[] {
  return rounds.map((own, round) => {
    const ratio =
      (own.numbers['perSecond'] ?? Number.NaN) / (node[round]?.numbers['perSecond'] ?? Number.NaN);
    return [{ ...own, numbers: { ...own.numbers, overNode: ratio } }];
  });
}

/** The processes of one round, as one. */
function merge(round: Round): {
  numbers: Record<string, number>;
  failed: Record<string, number>;
} {
  const numbers: Record<string, number> = {};
  const failed: Record<string, number> = {};
  const latencies = new Latencies();
  for (const measurement of round) {
    for (const [name, value] of Object.entries(measurement.numbers)) {
      numbers[name] = (numbers[name] ?? 0) + value / round.length;
    }
    for (const [code, count] of Object.entries(measurement.failed ?? {})) {
      failed[code] = (failed[code] ?? 0) + count;
    }
    if (measurement.latencies !== undefined) latencies.add(measurement.latencies);
  }
  return { numbers: { ...numbers, ...(latencies.count > 0 && latencies.numbers()) }, failed };
}
