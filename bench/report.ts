import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ratio } from './bounds';
import type { Machine } from './machine';
import { draw, picturesOf } from './plots';
import type { Row, ScenarioResult, Spread } from './results';
import { METRICS, type MetricName } from './scenario';
import { markdownTable, type Table, textTable } from './table';

export interface Report {
  readonly machine: Machine;
  /** Which server answered where throughput was measured. */
  readonly fastServer: string;
  readonly quick: boolean;
  readonly host?: string;
  readonly minutes: number;
  readonly ratios: readonly Ratio[];
  readonly scenarios: readonly ScenarioResult[];
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

/** A table a case: a line a contender, medians with the spread over the rounds. */
function caseTables({ metrics, rows }: ScenarioResult): Table[] {
  const cases = [...new Set(rows.map((row) => row.case.name))];
  const anyFailed = rows.some((row) => failures(row) !== '');
  return cases.map((name) => ({
    caption: name,
    head: ['', ...metrics.map((metric) => METRICS[metric].label), ...(anyFailed ? ['failed'] : [])],
    rows: rows
      .filter((row) => row.case.name === name)
      .map((row) => [
        row.label,
        ...metrics.map((metric) => cell(row.metrics[metric], metric)),
        ...(anyFailed ? [failures(row)] : []),
      ]),
  }));
}

/** A table a contender: a line a kind of names and pressure, a column a number of lookups at once. */
function matrixTables({ rows }: ScenarioResult): Table[] {
  const placeOf = ({ case: { name } }: Row): string => name.slice(0, name.lastIndexOf(', '));
  return [...new Set(rows.map(({ label }) => label))].map((label) => {
    const own = rows.filter((row) => row.label === label);
    const columns = [...new Set(own.map((row) => row.case.value))];
    const text = (row: Row | undefined): string => {
      const { overNode, perSecond } = row?.metrics ?? {};
      const isNode = row?.contender === 'dns-lookup-4';
      const ratio = isNode || overNode === undefined ? '' : `${number(overNode.median, 2)}x,`;
      const rate = perSecond === undefined ? '' : `${number(perSecond.median, 0)}/s`;
      return [ratio, rate, row === undefined ? '' : failures(row)].filter((part) => part !== '').join(' ');
    };
    return {
      caption: label,
      head: ['', ...columns.map((value) => `${value} at once`)],
      rows: [...new Set(own.map(placeOf))].map((place) => [
        place,
        ...columns.map((value) =>
          text(own.find((row) => placeOf(row) === place && row.case.value === value)),
        ),
      ]),
    };
  });
}

function tablesOf(scenario: ScenarioResult): Table[] {
  return scenario.name === 'matrix' ? matrixTables(scenario) : caseTables(scenario);
}

function unitOf({ bound: { metric, over } }: Ratio): string {
  return over !== undefined || 'ratio' in METRICS[metric] ? 'x' : '';
}

function targetOf(ratio: Ratio): string {
  const { atLeast, atMost } = ratio.bound;
  if (atLeast !== undefined) return `≥ ${atLeast}${unitOf(ratio)}`;
  return atMost === undefined ? '' : `≤ ${atMost}${unitOf(ratio)}`;
}

function measuredOf(ratio: Ratio): string {
  const digits = ratio.median >= 10 ? 1 : ratio.median >= 0.1 ? 2 : 5;
  const [median, min, max] = [ratio.median, ratio.min, ratio.max].map((value) => number(value, digits));
  return `${median}${unitOf(ratio)} (${min} – ${max})`;
}

function ratioTable(ratios: readonly Ratio[]): Table {
  return {
    caption: '',
    head: ['', 'measured (rounds)', 'target', 'met'],
    rows: ratios.map((ratio) => {
      const { bound, at, met } = ratio;
      const target = targetOf(ratio);
      const what = at === undefined ? bound.what : `${bound.what}: ${at}`;
      return [what, measuredOf(ratio), target, target === '' ? '' : met ? 'yes' : 'no'];
    }),
  };
}

/** What counts first: the worst that the matrix found. */
function lowest(ratios: readonly Ratio[]): string[] {
  const found = ratios.filter(({ bound }) => bound.scenario === 'matrix');
  if (found.length === 0) return [];
  const text = found.map(({ median, at = '' }) => `${number(median, 2)}x (${at})`).join('; ');
  return [`Lowest rate of lookup4 against dns.lookup with family 4: ${text}.`];
}

/** What a reader has to know before the numbers, a paragraph each. */
function introduction({ machine, fastServer, quick, host, minutes }: Report): string[] {
  const place = `${machine.cpus} CPUs (${machine.cpu}), Linux ${machine.kernel}, ${machine.libc}, Node ${machine.node}`;
  const command = `npm run bench${quick ? ' -- --quick' : ''}${host === undefined ? '' : ` -- --host ${host}`}`;
  const paragraphs = [
    `Measured on ${place}; load average before the run ${machine.loadBefore}. ` +
      `\`${command}\` took ${minutes} minutes.`,
  ];
  if (host !== undefined) return paragraphs;
  return [
    ...paragraphs,
    'Contenders run in turn (A B A B), each in its own process but for the matrix, and resolve the same kinds of ' +
      'names from the same server in the same network namespace. Numbers are medians over the rounds, with the ' +
      'lowest and the highest round in brackets. Where lookups wait for lost packets, percentiles are those of all ' +
      'rounds together. Trust the ratios, not the milliseconds: ratios compare rounds taken side by side.',
    `DNS server for throughput: ${fastServer}. For faults: the scripted server of test/support. Both share the CPUs ` +
      'with their clients.',
    'To be fair to Node: with `family: 4` it sends no AAAA query either, and after a first stall glibc recovers, ' +
      'thread by thread. lookup4 and the C program make the same call: AF_INET, SOCK_STREAM, no flags. On glibc a ' +
      'busy thread of lookup4 may keep its socket, where libuv and the C program make one for each query; compare it ' +
      'with the C program that keeps its sockets.',
  ];
}

/** report.md. */
function markdown(report: Report): string {
  const { ratios, scenarios } = report;
  const parts = ['# Ways to resolve a name in Node.js, compared', ...lowest(ratios), ...introduction(report)];
  if (ratios.length > 0) parts.push('## In short', markdownTable(ratioTable(ratios)));
  for (const scenario of scenarios) {
    parts.push(`## ${scenario.title}`, scenario.shows);
    if (scenario.leftOut !== undefined) parts.push(`Not measured: ${scenario.leftOut}.`);
    for (const { name, title } of picturesOf(scenario)) parts.push(`![${title}](${name}.svg)`);
    parts.push(...tablesOf(scenario).map(markdownTable));
    if (scenario.note !== undefined) parts.push(scenario.note);
  }
  return `${parts.join('\n\n')}\n`;
}

/** The tables, for a terminal. */
export function terminal({ ratios, scenarios }: Report): string {
  const parts = scenarios.map((scenario) => {
    const leftOut = scenario.leftOut === undefined ? [] : [`  not measured: ${scenario.leftOut}`];
    return [scenario.title, ...leftOut, ...tablesOf(scenario).map(textTable)].join('\n');
  });
  if (ratios.length > 0)
    parts.push(['In short', ...lowest(ratios), textTable(ratioTable(ratios))].join('\n'));
  return parts.join('\n\n');
}

/** Six digits are more than was measured; single rounds are in no table and no picture. */
function kept(key: string, value: unknown): unknown {
  if (key === 'rounds') return undefined;
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}

/** results.json: a line for each ratio and each row. */
export function json({ ratios, scenarios, ...run }: Report): string {
  const list = (items: readonly unknown[]): string =>
    `[\n${items.map((item) => `  ${typeof item === 'string' ? item : JSON.stringify(item, kept)}`).join(',\n')}\n]`;
  const texts = scenarios.map(({ rows, ...scenario }) => {
    return `${JSON.stringify(scenario, kept).slice(0, -1)},"rows":${list(rows)}}`;
  });
  return `${JSON.stringify(run, kept).slice(0, -1)},\n"ratios":${list(ratios)},\n"scenarios":${list(texts)}}\n`;
}

/** Of an earlier run; fleet/main.ts has pictures of its own there. */
function isOutdated(file: string): boolean {
  return /\.(?:svg|json|md|html)$/.test(file) && !file.startsWith('fleet-');
}

/** Writes results.json, report.md and the pictures; removes what an earlier run left. */
export async function writeReport(dir: string, report: Report): Promise<void> {
  mkdirSync(dir, { recursive: true });
  for (const file of readdirSync(dir).filter(isOutdated)) rmSync(join(dir, file));
  writeFileSync(join(dir, 'results.json'), json(report));
  writeFileSync(join(dir, 'report.md'), markdown(report));
  for (const picture of report.scenarios.flatMap(picturesOf)) {
    writeFileSync(join(dir, `${picture.name}.svg`), await draw(picture));
  }
}
