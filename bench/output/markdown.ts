import { picturesOf } from './plots';
import type { Report } from './report-data';
import { ratioTable, type Table, tablesOf } from './tables';
import { introduction } from './words';

function table({ caption, head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (at === 0 ? '---' : '---:'));
  const lines = [line(head), line(rule), ...rows.map(line)].join('\n');
  return caption === '' ? lines : `**${caption}**\n\n${lines}`;
}

/** report.md. */
export function markdown(report: Report): string {
  const parts = ['# Ways to resolve a name in Node.js, compared', ...introduction(report)];
  if (report.ratios.length > 0) parts.push('## In short', table(ratioTable(report.ratios)));
  for (const scenario of report.scenarios) {
    parts.push(`## ${scenario.title}`, scenario.shows);
    if (scenario.leftOut !== undefined) parts.push(`Not measured: ${scenario.leftOut}.`);
    for (const { name, title } of picturesOf(scenario)) parts.push(`![${title}](${name}.svg)`);
    parts.push(...tablesOf(scenario).map(table));
    if (scenario.note !== undefined) parts.push(scenario.note);
  }
  return `${parts.join('\n\n')}\n`;
}
