import { picturesOf } from './plots';
import type { Report } from './report-data';
import { ratioTable, type Table, tablesOf } from './tables';
import { introduction } from './words';

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function table({ caption, head, rows }: Table): string {
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  const body = [line(head, 'th'), ...rows.map((row) => line(row, 'td'))].join('\n');
  return `<table>${caption === '' ? '' : `<caption>${escaped(caption)}</caption>`}\n${body}\n</table>`;
}

const STYLE = `
body { font: 15px/1.5 Helvetica, Arial, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 13px; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { padding: .2rem .7rem; border-bottom: 1px solid #ddd; text-align: right; }
th:first-child, td:first-child { text-align: left; }
img { max-width: 100%; }
.note { color: #555; }
`;

/** index.html: the report with its pictures, in one page. */
export function html(report: Report): string {
  const parts = introduction(report).map((text) => `<p>${escaped(text)}</p>`);
  if (report.ratios.length > 0) parts.push('<h2>In short</h2>', table(ratioTable(report.ratios)));
  for (const scenario of report.scenarios) {
    parts.push(`<h2>${escaped(scenario.title)}</h2>`, `<p>${escaped(scenario.shows)}</p>`);
    if (scenario.leftOut !== undefined)
      parts.push(`<p class="note">Not measured: ${escaped(scenario.leftOut)}.</p>`);
    for (const { name, title } of picturesOf(scenario)) {
      parts.push(`<p><img src="${escaped(name)}.svg" alt="${escaped(title)}"></p>`);
    }
    parts.push(...tablesOf(scenario).map(table));
    if (scenario.note !== undefined) parts.push(`<p class="note">${escaped(scenario.note)}</p>`);
  }
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>addrinfo: the benchmark</title>
<style>${STYLE}</style>
<h1>Ways to resolve a name in Node.js, compared</h1>
${parts.join('\n')}
</html>
`;
}
