import { printable } from '../../../shared/printable';
import { duration } from '../../duration';
import { isFinding } from '../checks/check';
import type { Figures } from '../probing/figures';
import { type Examination, type HostReport, headline, remediesOf } from './examination';

const cell = (text: string): string => printable(text).replaceAll('\\', '\\\\').replaceAll('|', '\\|');
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

function figures(
  host: string,
  kind: string,
  { count, p50, p95, max, stalled, timeoutClusters }: Figures,
): string {
  const waits = timeoutClusters.map((wait) => `${wait.count} near ${wait.seconds} s`).join(', ');
  return row(host, kind, String(count), duration(p50), duration(p95), duration(max), `${stalled} (${waits})`);
}

function hostRows({ target, a, aaaa, both }: HostReport): string[] {
  const { host } = target;
  return [figures(host, 'A alone', a), figures(host, 'AAAA alone', aaaa), figures(host, 'both', both)];
}

/** The report for an incident ticket. */
export function markdownReport(examination: Examination): string {
  const { checks, hosts, version, startedAt, duration: took, queries, interrupted } = examination;
  const remedies = remediesOf(examination);
  const lines = [
    '## DNS examination',
    '',
    `**${cell(headline(examination).sentence)}**`,
    '',
    row('', 'check', 'result'),
    '|---|---|---|',
    ...checks.map((check) => row(check.status.toUpperCase(), check.title, check.summary)),
    '',
  ];
  if (hosts.length > 0) {
    lines.push(
      row('host', 'lookup', 'probes', 'p50', 'p95', 'max', 'stalled'),
      '|---|---|---|---|---|---|---|',
      ...hosts.flatMap(hostRows),
      '',
    );
  }
  for (const check of checks.filter(isFinding)) {
    lines.push(`### ${check.title}`, '', ...check.evidence.map((line) => `- ${cell(line.trim())}`), '');
    if (check.meaning !== undefined) lines.push(cell(check.meaning), '');
  }
  if (remedies.length > 0) lines.push('### What to paste', '');
  for (const { title, language, paste, fixes, doesNotFix } of remedies) {
    lines.push(`**${title}**`, '', `\`\`\`${language}`, paste, '```', '');
    lines.push(`Fixes: ${fixes}. Does not fix: ${doesNotFix}.`, '');
  }
  lines.push(
    `<sub>addrinfo ${version}, ${startedAt.toISOString()}, ${duration(took)}, at most ${queries} queries${interrupted ? ', interrupted' : ''}</sub>`,
  );
  return `${lines.join('\n')}\n`;
}
