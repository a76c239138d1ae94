import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { max, median, min } from 'simple-statistics';
import type { ContenderName } from './contenders';
import type { Row, ScenarioResult, Spread } from './results';
import type { Case, MetricName } from './scenario';
import { type ScenarioName, scenarioOf } from './scenarios/index';

/** A line of bounds.json: a ratio of two contenders, or without `over` a number of one. */
export interface Bound {
  readonly name: string;
  readonly what: string;
  readonly scenario: ScenarioName;
  /** Absent: the lowest of all cases, or of those with these names, counts. */
  readonly case?: string;
  readonly names?: Case['names'];
  readonly metric: MetricName;
  readonly of: ContenderName;
  readonly over?: ContenderName;
  /** The target on a machine that does nothing else. Neither is given where the number only helps to judge others. */
  readonly atLeast?: number;
  readonly atMost?: number;
  /**
   * What `bench:check` still accepts, in the same direction: generous, for busy machines and quick runs. Absent for a
   * time by itself, which says more about the machine.
   */
  readonly check?: number;
}

export interface Ratio {
  readonly bound: Bound;
  /** Of a bound on the lowest of several cases: which it is. */
  readonly at?: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Whether the target is met. */
  readonly met: boolean;
  /** Whether `bench:check` accepts it. */
  readonly accepted: boolean;
}

export function readBounds(): readonly Bound[] {
  return JSON.parse(readFileSync(join(__dirname, 'bounds.json'), 'utf8'));
}

function within({ atLeast }: Bound, value: number, limit: number | undefined): boolean {
  if (limit === undefined) return true;
  return atLeast === undefined ? value <= limit : value >= limit;
}

function ratio(bound: Bound, of: Spread, over: Spread | undefined): Ratio {
  // Rounds side by side: what disturbs one disturbs the other. Waiting scenarios have pooled their rounds already.
  const rounds = of.rounds.map((value, round) => value / (over?.rounds[round] ?? 1));
  const pooled = scenarioOf(bound.scenario).processes !== undefined;
  const value = pooled ? of.median / (over?.median ?? 1) : median(rounds);
  return {
    bound,
    median: value,
    min: min(rounds),
    max: max(rounds),
    met: within(bound, value, bound.atLeast ?? bound.atMost),
    accepted: within(bound, value, bound.check),
  };
}

/** The bound's number in these results; undefined where a part of it was not measured. */
function ratioOf(bound: Bound, results: readonly ScenarioResult[]): Ratio | undefined {
  const rows = results.find(({ name }) => name === bound.scenario)?.rows ?? [];
  const matches = ({ case: point }: Row): boolean =>
    (bound.case === undefined || point.name === bound.case) &&
    (bound.names === undefined || point.names === bound.names);
  const ratios = rows
    .filter((row) => row.contender === bound.of && matches(row))
    .flatMap((row) => {
      const other = rows.find((one) => one.contender === bound.over && one.case.name === row.case.name);
      const [of, over] = [row.metrics[bound.metric], other?.metrics[bound.metric]];
      if (of === undefined || (bound.over !== undefined && over === undefined)) return [];
      return [{ ...ratio(bound, of, over), ...(bound.case === undefined && { at: row.case.name }) }];
    });
  return ratios.toSorted((one, other) => one.median - other.median)[0];
}

export function ratiosOf(results: readonly ScenarioResult[]): Ratio[] {
  return readBounds().flatMap((bound) => ratioOf(bound, results) ?? []);
}

/** What `bench:check` complains about, a line each. */
export function violations(ratios: readonly Ratio[]): string[] {
  return readBounds().flatMap((bound) => {
    const measured = ratios.find((one) => one.bound.name === bound.name);
    if (measured === undefined) return [`${bound.what}: not measured`];
    if (measured.accepted) return [];
    const limit = bound.atLeast === undefined ? 'at most' : 'at least';
    const where = measured.at === undefined ? '' : ` (${measured.at})`;
    return [`${bound.what}${where}: ${measured.median.toPrecision(3)}, must be ${limit} ${bound.check}`];
  });
}
