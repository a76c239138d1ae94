import { printable } from '../../../shared/printable';
import { duration } from '../../duration';
import { LEGEND, strip } from '../../strip';
import { paint, type Style, type Terminal, wrap } from '../../terminal';
import type { Check } from '../checks/check';
import type { HostEvidence } from '../probing/evidence';
import type { Figures } from '../probing/figures';
import { isFault, type Status } from '../verdicts/finding';
import { type Kinds, kindsOf } from '../verdicts/symptoms';
import { type Examination, headline, remediesOf } from './examination';
import { type Row, tableOf } from './table';

const STYLES: Readonly<Record<Status, Style>> = {
  ok: 'green',
  advice: 'dim',
  warn: 'yellow',
  fail: 'red',
  skip: 'dim',
};

const KINDS = [
  { name: 'A', family: 4, of: ({ a }: Kinds): Figures => a },
  { name: 'AAAA', family: 6, of: ({ aaaa }: Kinds): Figures => aaaa },
  { name: 'both', family: 0, of: ({ both }: Kinds): Figures => both },
] as const;

const LABEL = 7;

function checkLines(terminal: Terminal, check: Check, whole: boolean): string[] {
  const { status, title, summary, evidence, meaning } = check;
  const indent = ' '.repeat(LABEL);
  const text = wrap(terminal, `${title}: ${summary}`, indent, indent);
  const label = paint(terminal, STYLES[status], status.toUpperCase().padEnd(LABEL - 1));
  const lines = text.map((line, at) => (at === 0 ? `${label} ${line.slice(LABEL)}` : line));
  if (!whole) return lines;
  const depth = (line: string): string => indent + ' '.repeat(2 + line.length - line.trimStart().length);
  lines.push(...evidence.flatMap((line) => wrap(terminal, line.trim(), depth(line))));
  if (meaning !== undefined) lines.push(...wrap(terminal, meaning, indent));
  return lines;
}

/** From the end, as names differ at their beginning. */
function shortened(name: string, width: number): string {
  const text = printable(name);
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, Math.max(1, width - 1))}…`;
}

/** The widest a name is drawn. */
const NAME = 44;

function table(terminal: Terminal, hosts: readonly HostEvidence[]): string[] {
  const rows = hosts.flatMap(tableOf);
  if (rows.length === 0) return [];
  const widest = (of: (row: Row) => string, heading: string): number =>
    Math.max(heading.length, ...rows.map((row) => of(row).length));
  const server = widest((row) => row.server, 'nameserver');
  const a = widest((row) => row.a, 'A');
  const aaaa = widest((row) => row.aaaa, 'AAAA');
  const rest = server + a + aaaa + 8;
  const name = Math.min(
    NAME,
    widest((row) => row.name, 'name'),
    terminal.width - rest,
  );
  if (name < 12) {
    // Too narrow for columns: a line for the name, one for each answer.
    return rows.flatMap((row) => [
      `  ${shortened(row.name, terminal.width - 2).trimEnd()}`,
      `    ${shortened(`${row.server}  A ${row.a}`, terminal.width - 4).trimEnd()}`,
      `    ${shortened(`AAAA ${row.aaaa}`, terminal.width - 4).trimEnd()}`,
    ]);
  }
  const draw = (row: Row): string =>
    `  ${shortened(row.name, name)}  ${row.server.padEnd(server)}  ${row.a.padEnd(a)}  ${row.aaaa}`.trimEnd();
  const heading = draw({ name: 'name', server: 'nameserver', a: 'A', aaaa: 'AAAA' });
  return [paint(terminal, 'dim', heading), ...rows.map(draw)];
}

/** The widest a strip is drawn; what is beyond is shown by its worst. */
const STRIP = 60;

function strips(terminal: Terminal, host: HostEvidence, wait: number): string[] {
  const kinds = kindsOf(host, wait);
  const rows = KINDS.map(({ name, family, of }) => {
    const { p50, p95, max } = of(kinds);
    return {
      name,
      marks: host.lookups.filter((sample) => sample.family === family),
      times:
        terminal.width < 64
          ? `max ${duration(max)}`
          : `p50 ${duration(p50)}, p95 ${duration(p95)}, max ${duration(max)}`,
    };
  }).filter(({ marks }) => marks.length > 0);
  if (rows.length === 0) return [];
  const room = terminal.width - 12 - Math.max(...rows.map(({ times }) => times.length));
  const width = Math.min(STRIP, Math.max(8, room), Math.max(...rows.map(({ marks }) => marks.length)));
  return [
    ...wrap(terminal, `lookups of ${host.host}, as the application makes them`, '  '),
    ...rows.map(({ name, marks, times }) => {
      const blank = ' '.repeat(Math.max(0, width - marks.length));
      return `    ${name.padEnd(4)}  ${strip(terminal, marks, width)}${blank}  ${times}`;
    }),
  ];
}

function toPaste(terminal: Terminal, examination: Examination): string[] {
  const remedies = remediesOf(examination);
  if (remedies.length === 0) return [];
  const pieces = remedies.flatMap(({ title, paste, fixes, doesNotFix, check }) => [
    '',
    ...wrap(terminal, title, '  ').map((line) => paint(terminal, 'bold', line)),
    ...paste.split('\n').map((line) => `      ${line}`),
    ...wrap(terminal, `fixes: ${fixes}`, '    '),
    ...wrap(terminal, `does not fix: ${doesNotFix}`, '    '),
    ...wrap(terminal, `check: ${check}`, '    '),
  ]);
  return ['', paint(terminal, 'bold', 'What to paste'), ...pieces];
}

function checkSection(terminal: Terminal, checks: readonly Check[], verbose: boolean): string[] {
  const shown = checks.filter(({ status }) => verbose || (status !== 'ok' && status !== 'skip'));
  return shown.flatMap((check) => checkLines(terminal, check, verbose || isFault(check)));
}

/** The report for a person at a terminal; `verbose`: with the evidence of checks that found nothing. */
export function textReport(examination: Examination, terminal: Terminal, verbose: boolean): string {
  const { status, sentence } = headline(examination);
  const { version, checks, evidence, wait, duration: took, queries, interrupted } = examination;
  const verdict = wrap(terminal, sentence, '').map((line) => paint(terminal, STYLES[status], line));
  const drawn = evidence.hosts.filter(({ lookups }) => lookups.length > 0);
  const rows = table(terminal, evidence.hosts);
  const findings = checkSection(terminal, checks, verbose);
  const lines = [
    ...verdict,
    ...(rows.length === 0 ? [] : ['', ...rows]),
    ...drawn.flatMap((host) => ['', ...strips(terminal, host, wait)]),
    ...(drawn.length === 0 ? [] : wrap(terminal, LEGEND, '    ').map((line) => paint(terminal, 'dim', line))),
    ...(findings.length === 0 ? [] : ['', ...findings]),
    ...toPaste(terminal, examination),
    '',
    ...wrap(
      terminal,
      `addrinfo ${version}, ${duration(took)}, at most ${queries} queries${interrupted ? ', interrupted' : ''}`,
      '',
    ).map((line) => paint(terminal, 'dim', line)),
    // Once more: the report may have pushed it off the screen.
    ...(status === 'ok' ? [] : verdict),
  ];
  return `${lines.join('\n')}\n`;
}
