import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { max, median, min } from 'simple-statistics';
import type { ScenarioResult, Spread } from './results';
import type { MetricName } from './scenario';
import { type ScenarioName, scenarioOf } from './scenarios/index';
import type { WayName } from './ways/index';

/** A line of bounds.json: a ratio of two ways, or without `over` a number of one. */
export interface Bound {
  readonly name: string;
  readonly what: string;
  readonly scenario: ScenarioName;
  readonly case: string;
  readonly metric: MetricName;
  readonly of: WayName;
  readonly over?: WayName;
  /** What is to be reached, on a machine that does nothing else; neither where the number only helps to judge others. */
  readonly atLeast?: number;
  readonly atMost?: number;
  /**
   * What `bench:check` lets pass, in the same direction: generous, for busy machines and quick runs. Absent for a
   * time by itself, which says more of the machine than of us.
   */
  readonly check?: number;
}

export interface Ratio {
  readonly bound: Bound;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Whether what is to be reached is reached. */
  readonly reached: boolean;
  /** Whether it is better than what `bench:check` lets pass. */
  readonly passes: boolean;
}

export function readBounds(): readonly Bound[] {
  return JSON.parse(readFileSync(join(__dirname, 'bounds.json'), 'utf8'));
}

function spreadOf(results: readonly ScenarioResult[], bound: Bound, way: WayName): Spread | undefined {
  const scenario = results.find(({ name }) => name === bound.scenario);
  const row = scenario?.rows.find((one) => one.way === way && one.case.name === bound.case);
  return row?.metrics[bound.metric];
}

function within({ atLeast }: Bound, value: number, limit: number | undefined): boolean {
  if (limit === undefined) return true;
  return atLeast === undefined ? value <= limit : value >= limit;
}

/** The bound's number in these results; undefined where a part of it was not measured. */
export function ratioOf(bound: Bound, results: readonly ScenarioResult[]): Ratio | undefined {
  const of = spreadOf(results, bound, bound.of);
  const over = bound.over === undefined ? undefined : spreadOf(results, bound, bound.over);
  if (of === undefined || (bound.over !== undefined && over === undefined)) return undefined;
  // Rounds side by side: what disturbs one disturbs the other. What waits was taken together before.
  const rounds = of.rounds.map((value, round) => value / (over?.rounds[round] ?? 1));
  const pooled = scenarioOf(bound.scenario).processes !== undefined;
  const value = pooled ? of.median / (over?.median ?? 1) : median(rounds);
  return {
    bound,
    median: value,
    min: min(rounds),
    max: max(rounds),
    reached: within(bound, value, bound.atLeast ?? bound.atMost),
    passes: within(bound, value, bound.check),
  };
}

export function ratiosOf(results: readonly ScenarioResult[]): Ratio[] {
  return readBounds().flatMap((bound) => ratioOf(bound, results) ?? []);
}
