// node --import tsx bench/fleet/main.ts
//
// Many processes with the real policy over a simulated clock, network and libc: the load of the nameservers and the
// time of lookups, second by second, with hedges and without. Writes the pictures of docs/tuning.md.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { draw } from '../plots';
import { Fleet, type Second } from './fleet';
import { fleetOf, STORIES, type Story } from './stories';

const SIZE = { processes: 1000, rate: 20 };
const LABELS = { auto: "hedge: 'auto'", false: 'hedge: false' } as const;

interface Point {
  readonly second: number;
  readonly series: string;
  readonly queries: number;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly failed: number;
}

function percentile(times: readonly number[], share: number): number | undefined {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * share) - 1];
}

function pointsOf(seconds: readonly Second[], series: string): Point[] {
  return seconds.map(({ queries, times, failed }, second) => ({
    second,
    series,
    queries: queries.reduce((sum, count) => sum + count, 0),
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    failed,
  }));
}

function pictureOf(story: Story, points: readonly Point[]): TopLevelSpec {
  const x = { field: 'second', type: 'quantitative', title: 's', axis: { grid: false } } as const;
  const color = {
    field: 'series',
    type: 'nominal',
    title: null,
    scale: { domain: Object.values(LABELS), range: ['#1f77b4', '#d62728'] },
    legend: { orient: 'top' },
  } as const;
  const events = story.events.filter(({ name }) => name !== '');
  const marks = {
    data: { values: events.map(({ at, name }) => ({ at, name })) },
    mark: { type: 'text', align: 'left', baseline: 'top', dx: 2, y: 2, fontSize: 11, color: '#777777' },
    encoding: { x: { field: 'at', type: 'quantitative' }, text: { field: 'name' } },
  } as const;
  const rules = {
    data: { values: story.events.map(({ at }) => ({ at })) },
    mark: { type: 'rule', strokeDash: [3, 3], color: '#bbbbbb' },
    encoding: { x: { field: 'at', type: 'quantitative' } },
  } as const;
  const line = { mark: { type: 'line', strokeWidth: 2 } } as const;
  return {
    config: { background: 'white', font: 'Helvetica, Arial, sans-serif', title: { anchor: 'start' } },
    title: { text: story.title, subtitle: `${SIZE.processes} processes, ${SIZE.rate} lookups a second each` },
    data: { values: points.map((point) => ({ ...point })) },
    vconcat: [
      {
        width: 620,
        height: 150,
        layer: [
          rules,
          marks,
          {
            ...line,
            encoding: { x, color, y: { field: 'queries', type: 'quantitative', title: 'queries a second' } },
          },
        ],
      },
      {
        width: 620,
        height: 150,
        layer: [
          rules,
          {
            ...line,
            encoding: {
              x,
              color,
              y: {
                field: 'p99',
                type: 'quantitative',
                title: 'p99 of lookups, ms',
                scale: { type: 'log' },
                axis: { values: [1, 10, 100, 1000, 5000] },
              },
            },
          },
        ],
      },
    ],
  };
}

async function main(): Promise<void> {
  for (const story of STORIES) {
    const runs = (['auto', false] as const).map((hedge) => new Fleet(fleetOf(story, SIZE, hedge)).run());
    const [hedged = [], plain = []] = runs;
    const points = [...pointsOf(hedged, LABELS.auto), ...pointsOf(plain, LABELS.false)];
    const spec = pictureOf(story, points);
    const svg = await draw({ name: story.name, title: story.title, spec });
    writeFileSync(join(__dirname, '..', 'report', `${story.name}.svg`), svg);
    console.log(`${story.title}\n  s  queries: auto  false  ratio  p99 ms: auto  false  failed: auto  false`);
    const others = pointsOf(plain, '');
    for (const { second, queries, p99, failed } of pointsOf(hedged, '')) {
      const other = others[second];
      if (other === undefined) continue;
      const cells = [second, queries, other.queries, (queries / other.queries).toFixed(2)];
      const rest = [p99?.toFixed(0), other.p99?.toFixed(0), failed, other.failed];
      console.log([...cells, ...rest].map((cell) => String(cell ?? '').padStart(7)).join(' '));
    }
  }
}

void main();
