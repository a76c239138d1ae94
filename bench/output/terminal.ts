import type { Report } from './report-data';
import { ratioTable, type Table, tablesOf } from './tables';

function table({ caption, head, rows }: Table): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)));
  const text = lines.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [...(caption === '' ? [] : [`${caption}:`]), ...text].map((line) => `  ${line}`).join('\n');
}

/** The tables, for a terminal. */
export function terminal({ ratios, scenarios }: Report): string {
  const parts = scenarios.map((scenario) => {
    const body =
      scenario.leftOut === undefined
        ? tablesOf(scenario).map(table)
        : [`  not measured: ${scenario.leftOut}`];
    return [scenario.title, ...body].join('\n');
  });
  if (ratios.length > 0) parts.push(['In short', table(ratioTable(ratios))].join('\n'));
  return parts.join('\n\n');
}
