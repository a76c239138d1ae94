import type { TopLevelSpec } from 'vega-lite';
import { contenderOf } from './contenders';
import type { Row, ScenarioResult } from './results';
import { METRICS } from './scenario';
import { scenarioOf } from './scenarios/index';

/** A picture: its file name, without `.svg`, and what it is of. */
export interface Picture {
  readonly name: string;
  readonly title: string;
  readonly spec: TopLevelSpec;
}

const CONFIG = {
  // Opaque: the text is read on a dark page, too.
  background: 'white',
  font: 'Helvetica, Arial, sans-serif',
  axis: { labelFontSize: 11, titleFontSize: 12 },
  legend: { labelFontSize: 11, titleFontSize: 12, labelLimit: 400, symbolStrokeWidth: 2.5 },
  title: { fontSize: 15, subtitleFontSize: 11, anchor: 'start', offset: 12 },
} as const;

function colorOf(rows: readonly Row[]) {
  const colors = new Map(rows.map(({ contender, label }) => [label, contenderOf(contender).color]));
  return {
    field: 'contender',
    type: 'nominal',
    title: null,
    scale: { domain: [...colors.keys()], range: [...colors.values()] },
    legend: { orient: 'right' },
  } as const;
}

function heading({ title, shows }: ScenarioResult, caseName: string): { text: string; subtitle: string } {
  return { text: caseName === '' ? title : `${title}: ${caseName}`, subtitle: shows };
}

/** What so many percent of the lookups took at most; both axes spread out the tail, as HdrHistogram's do. */
function percentiles(scenario: ScenarioResult, rows: readonly Row[], caseName: string): TopLevelSpec {
  const values = rows.flatMap(({ label, curve = [] }) =>
    curve.map(([percent, ms]) => ({ contender: label, oneIn: 100 / (100 - percent), ms })),
  );
  return {
    config: CONFIG,
    title: heading(scenario, caseName),
    width: 560,
    height: 340,
    data: { values },
    mark: { type: 'line', strokeWidth: 2.5 },
    encoding: {
      x: {
        field: 'oneIn',
        type: 'quantitative',
        title: 'percentile',
        scale: { type: 'log', domain: [2, 10_000], nice: false },
        axis: {
          values: [2, 4, 10, 20, 100, 1000, 10_000],
          labelFlush: false,
          labelExpr: "format(100 - 100 / datum.value, '~g') + ' %'",
        },
      },
      y: {
        field: 'ms',
        type: 'quantitative',
        title: 'ms',
        scale: { type: 'log' },
        axis: { format: ',~g', values: [0.1, 1, 10, 100, 1000, 10_000, 100_000] },
      },
      color: colorOf(rows),
    },
  };
}

/** The first metric against the cases, with the spread over the rounds. */
function lines(scenario: ScenarioResult): TopLevelSpec {
  const metric = scenario.metrics[0] ?? 'ms';
  const values = scenario.rows.flatMap(({ label, case: { value }, metrics }) => {
    const spread = metrics[metric];
    return spread === undefined
      ? []
      : [{ contender: label, at: value, y: spread.median, low: spread.min, high: spread.max }];
  });
  const cases = [...new Set(values.map(({ at }) => at))];
  const x = {
    field: 'at',
    type: 'quantitative',
    title: scenario.name === 'throughput' ? 'lookups at once' : 'dead names',
    scale: { type: cases.includes(0) ? 'symlog' : 'log', base: 2, nice: false },
    axis: { values: cases },
  } as const;
  const bounds = [Math.min(...values.map(({ low }) => low)), Math.max(...values.map(({ high }) => high))];
  const y = {
    type: 'quantitative',
    title: METRICS[metric].label,
    scale: { type: 'log', domain: bounds, nice: false },
    axis: { format: '~s', tickCount: 5 },
  } as const;
  const color = colorOf(scenario.rows);
  return {
    config: CONFIG,
    title: heading(scenario, ''),
    width: 560,
    height: 340,
    data: { values },
    layer: [
      {
        mark: { type: 'line', point: { size: 45 }, strokeWidth: 2.5 },
        encoding: { x, y: { ...y, field: 'y' }, color },
      },
      {
        mark: { type: 'rule', opacity: 0.5, strokeWidth: 1.5 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
    ],
  };
}

/** A histogram a contender, one below the other. */
function stalls(scenario: ScenarioResult, rows: readonly Row[], caseName: string): TopLevelSpec {
  const values = rows.flatMap(({ label, bins = [] }) =>
    bins.map(({ from, to, percent }) => ({ contender: label, from, to, percent })),
  );
  return {
    config: CONFIG,
    title: heading(scenario, caseName),
    data: { values },
    facet: {
      row: {
        field: 'contender',
        type: 'nominal',
        title: null,
        sort: rows.map(({ label }) => label),
        header: { labelAngle: 0, labelAlign: 'left', labelFontSize: 12, labelLimit: 220 },
      },
    },
    spacing: 6,
    spec: {
      width: 520,
      height: 34,
      mark: { type: 'bar', stroke: 'white', strokeWidth: 0.5 },
      encoding: {
        x: {
          field: 'from',
          type: 'quantitative',
          title: 'a lookup took ms',
          scale: { type: 'log', domain: [0.05, 60_000] },
          axis: { values: [0.1, 1, 10, 100, 1000, 5000, 15_000], format: '~g' },
        },
        x2: { field: 'to' },
        y: {
          field: 'percent',
          type: 'quantitative',
          title: null,
          scale: { domain: [0, 100] },
          axis: { values: [0, 100], format: '.0f', grid: false },
        },
        color: { ...colorOf(rows), legend: null },
      },
    },
  };
}

function slug(text: string): string {
  return text.replace(/\W+/g, '-').replace(/^-|-$/g, '');
}

/** The pictures of a scenario. */
export function picturesOf(scenario: ScenarioResult): Picture[] {
  const plot = scenarioOf(scenario.name).plot;
  const rows = scenario.rows;
  if (plot === undefined || rows.length === 0) return [];
  if (plot === 'lines') return [{ name: scenario.name, title: scenario.title, spec: lines(scenario) }];
  const cases = [...new Set(rows.map((row) => row.case.name))];
  return cases.map((caseName) => {
    const own = rows.filter((row) => row.case.name === caseName);
    const draw = plot === 'percentiles' ? percentiles : stalls;
    const name = caseName === '' ? scenario.name : `${scenario.name}-${slug(caseName)}`;
    return { name, title: scenario.title, spec: draw(scenario, own, caseName) };
  });
}

/** The picture as SVG. */
export async function draw({ spec }: Picture): Promise<string> {
  const [{ compile }, { parse, View }] = await Promise.all([import('vega-lite'), import('vega')]);
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
