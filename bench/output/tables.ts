import type { Ratio } from '../bounds';
import type { Row, ScenarioResult, Spread } from '../results';
import { METRICS, type MetricName } from '../scenario';

/** A table, still without a form. */
export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function number(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '';
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function cell(spread: Spread | undefined, metric: MetricName): string {
  if (spread === undefined) return '';
  const { digits } = METRICS[metric];
  const text = number(spread.median, digits);
  if (spread.rounds.length < 2) return text;
  return `${text} (${number(spread.min, digits)} – ${number(spread.max, digits)})`;
}

function failures({ failed }: Row): string {
  return Object.entries(failed)
    .map(([code, count]) => `${count} ${code}`)
    .join(', ');
}

/** One table a case: a line a way, medians with the spread over the rounds. */
export function tablesOf({ metrics, rows }: ScenarioResult): Table[] {
  const cases = [...new Set(rows.map((row) => row.case.name))];
  const anyFailed = rows.some((row) => failures(row) !== '');
  return cases.map((name) => ({
    caption: name,
    head: ['way', ...metrics.map((metric) => METRICS[metric].label), ...(anyFailed ? ['failed'] : [])],
    rows: rows
      .filter((row) => row.case.name === name)
      .map((row) => [
        row.label,
        ...metrics.map((metric) => cell(row.metrics[metric], metric)),
        ...(anyFailed ? [failures(row)] : []),
      ]),
  }));
}

function target({ bound: { atLeast, atMost, over } }: Ratio): string {
  const unit = over === undefined ? '' : 'x';
  if (atLeast === undefined && atMost === undefined) return '';
  return atLeast === undefined ? `≤ ${atMost}${unit}` : `≥ ${atLeast}${unit}`;
}

function verdict(ratio: Ratio): string {
  if (target(ratio) === '') return '';
  return ratio.reached ? 'yes' : 'no';
}

function digitsOf(value: number): number {
  if (value >= 10) return 1;
  return value >= 0.1 ? 2 : 5;
}

/** The ratios of bounds.json. */
export function ratioTable(ratios: readonly Ratio[]): Table {
  return {
    caption: '',
    head: ['what', 'measured (rounds)', 'to reach', ''],
    rows: ratios.map((ratio) => {
      const digits = digitsOf(ratio.median);
      const [median, min, max] = [ratio.median, ratio.min, ratio.max].map((value) => number(value, digits));
      const unit = ratio.bound.over === undefined ? '' : 'x';
      return [ratio.bound.what, `${median}${unit} (${min} – ${max})`, target(ratio), verdict(ratio)];
    }),
  };
}
