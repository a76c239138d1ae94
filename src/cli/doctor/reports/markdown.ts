import { printable } from '../../../shared/printable';
import { duration } from '../../duration';
import type { HostEvidence } from '../probing/evidence';
import type { Figures } from '../probing/figures';
import { isFault } from '../verdicts/finding';
import { kindsOf } from '../verdicts/symptoms';
import { type Examination, headline, remediesOf } from './examination';
import { tableOf } from './table';

const cell = (text: string): string => printable(text).replaceAll('\\', '\\\\').replaceAll('|', '\\|');
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

function figures(host: string, kind: string, { count, p50, p95, max, stalled }: Figures): string {
  return row(host, kind, String(count), duration(p50), duration(p95), duration(max), String(stalled));
}

function lookupRows(host: HostEvidence, wait: number): string[] {
  const { a, aaaa, both } = kindsOf(host, wait);
  return [
    figures(host.host, 'A alone', a),
    figures(host.host, 'AAAA alone', aaaa),
    figures(host.host, 'both', both),
  ];
}

/** The report for an incident ticket. */
export function markdownReport(examination: Examination): string {
  const { checks, evidence, wait, version, startedAt, duration: took, queries, interrupted } = examination;
  const remedies = remediesOf(examination);
  const rows = evidence.hosts.flatMap(tableOf);
  const lines = ['## DNS report', '', `**${cell(headline(examination).sentence)}**`, ''];
  if (rows.length > 0) {
    lines.push(row('name', 'server', 'A', 'AAAA'), '|---|---|---|---|');
    lines.push(...rows.map(({ name, server, a, aaaa }) => row(name, server, a, aaaa)), '');
  }
  if (evidence.hosts.some(({ lookups }) => lookups.length > 0)) {
    lines.push(
      row('host', 'lookup', 'count', 'p50', 'p95', 'max', 'stalled'),
      '|---|---|---|---|---|---|---|',
      ...evidence.hosts.flatMap((host) => lookupRows(host, wait)),
      '',
    );
  }
  lines.push(
    row('', 'check', 'result'),
    '|---|---|---|',
    ...checks.map((check) => row(check.status.toUpperCase(), check.title, check.summary)),
    '',
  );
  for (const check of checks.filter(isFault)) {
    lines.push(`### ${check.title}`, '', ...check.evidence.map((line) => `- ${cell(line.trim())}`), '');
    if (check.meaning !== undefined) lines.push(cell(check.meaning), '');
  }
  if (remedies.length > 0) lines.push('### What to paste', '');
  for (const { title, language, paste, fixes, doesNotFix, check } of remedies) {
    lines.push(`**${title}**`, '', `\`\`\`${language}`, paste, '```', '');
    lines.push(`Fixes: ${fixes}. Does not fix: ${doesNotFix}. Check with \`${check}\`.`, '');
  }
  lines.push(
    `<sub>addrinfo ${version}, ${startedAt.toISOString()}, ${duration(took)}, at most ${queries} queries${interrupted ? ', interrupted' : ''}</sub>`,
  );
  return `${lines.join('\n')}\n`;
}
