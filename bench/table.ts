/** A table, still without a form. */
export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function markdownTable({ caption, head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (at === 0 ? '---' : '---:'));
  const lines = [line(head), line(rule), ...rows.map(line)].join('\n');
  return caption === '' ? lines : `**${caption}**\n\n${lines}`;
}

/** For a terminal. */
export function textTable({ caption, head, rows }: Table): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)));
  const padded = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  const text = lines.map((cells) => cells.map(padded).join('  ').trimEnd());
  return [...(caption === '' ? [] : [`${caption}:`]), ...text].map((line) => `  ${line}`).join('\n');
}
