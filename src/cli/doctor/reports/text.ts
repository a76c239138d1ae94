import { printable } from '../../../shared/printable';
import { duration } from '../../duration';
import { LEGEND, strip } from '../../strip';
import { paint, type Style, type Terminal, wrap } from '../../terminal';
import type { Check } from '../checks/check';
import type { HostEvidence } from '../probing/evidence';
import type { Figures } from '../probing/figures';
import type { Remedy } from '../remedies/remedies';
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

/** `told`: its summary stands above already, as the sentence. */
function checkLines(terminal: Terminal, check: Check, whole: boolean, told: boolean): string[] {
  const { status, title, summary, evidence, meaning } = check;
  const indent = ' '.repeat(LABEL);
  const text = wrap(terminal, told ? title : `${title}: ${summary}`, indent, indent);
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
const isUnknown = ({ a, aaaa }: Row): boolean => a.startsWith('NXDOMAIN') && /^(?:NXDOMAIN|-)/.test(aaaa);

/** The rows that tell something, in their order, and how many are left out. */
function worthwhile(
  rows: readonly Row[],
  most: number,
): { readonly shown: readonly Row[]; readonly left: number } {
  const telling = rows.filter((row) => !isUnknown(row));
  const room = Math.max(0, most - telling.length);
  const unknown = rows.filter(isUnknown).slice(0, room);
  const chosen = new Set([...telling.slice(0, most), ...unknown]);
  return { shown: rows.filter((row) => chosen.has(row)), left: rows.length - chosen.size };
}

/** Of a host that is well: who has its address, in one line. */
function foundRow(host: HostEvidence): Row[] {
  const rows = tableOf(host);
  const last = rows.at(-1);
  return last === undefined ? [] : [rows.find(({ name }) => name === last.name) ?? last];
}

function table(terminal: Terminal, hosts: readonly HostEvidence[], form: Form, most: number): string[] {
  const rows = form === 'healthy' ? hosts.flatMap(foundRow) : hosts.flatMap(tableOf);
  const { shown, left } = worthwhile(rows, most);
  if (shown.length === 0) return [];
  const widest = (of: (row: Row) => string, heading: string): number =>
    Math.max(heading.length, ...shown.map((row) => of(row).length));
  const server = widest((row) => row.server, 'nameserver');
  const a = widest((row) => row.a, 'A');
  const aaaa = widest((row) => row.aaaa, 'AAAA');
  const rest = server + a + aaaa + 8;
  const name = Math.min(
    NAME,
    widest((row) => row.name, 'name'),
    terminal.width - rest,
  );
  const more = left === 0 ? [] : wrap(terminal, `${left} more: --verbose`, '  ');
  if (name < 12) {
    // Too narrow for columns: a line for the name, one for each answer.
    const lines = shown.flatMap((row) => [
      `  ${shortened(row.name, terminal.width - 2).trimEnd()}`,
      `    ${shortened(`${row.server}  A ${row.a}`, terminal.width - 4).trimEnd()}`,
      `    ${shortened(`AAAA ${row.aaaa}`, terminal.width - 4).trimEnd()}`,
    ]);
    return [...lines, ...more];
  }
  const draw = (row: Row): string =>
    `  ${shortened(row.name, name)}  ${row.server.padEnd(server)}  ${row.a.padEnd(a)}  ${row.aaaa}`.trimEnd();
  const heading = draw({ name: 'name', server: 'nameserver', a: 'A', aaaa: 'AAAA' });
  return [paint(terminal, 'dim', heading), ...shown.map(draw), ...more];
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

/** A line for each host: lookups of both families, and the time that A alone took. */
function shortStrips(terminal: Terminal, hosts: readonly HostEvidence[], wait: number): string[] {
  const rows = hosts.map((host) => {
    const { a, both } = kindsOf(host, wait);
    const alone = a.count === 0 || terminal.width < 64 ? '' : `, A alone ${duration(a.p95)}`;
    const marks = host.lookups.filter(({ family }) => family === 0);
    return { host, marks, times: `p95 ${duration(both.p95)}${alone}` };
  });
  const times = Math.max(...rows.map((row) => row.times.length));
  const name = Math.min(
    Math.max(...rows.map(({ host }) => host.host.length)),
    Math.max(8, terminal.width - times - 16),
  );
  const room = Math.max(6, terminal.width - name - times - 6);
  const width = Math.min(STRIP, room, Math.max(1, ...rows.map(({ marks }) => marks.length)));
  return [
    ...wrap(terminal, 'lookups of both families, as the application makes them', '  '),
    ...rows.map(({ host, marks, times: text }) => {
      const blank = ' '.repeat(Math.max(0, width - marks.length));
      const drawn = marks.length === 0 ? ' ' : strip(terminal, marks, width);
      return `  ${shortened(host.host, name)}  ${drawn}${blank}  ${text}`.trimEnd();
    }),
  ];
}

/** So many of those that have a fault of their own in full, the others in a line each. */
function allStrips(terminal: Terminal, { evidence, diagnoses, wait }: Examination, most: number): string[] {
  const drawn = evidence.hosts.filter(({ lookups }) => lookups.length > 0);
  if (drawn.length === 0) return [];
  const legend = wrap(terminal, LEGEND, '    ').map((line) => paint(terminal, 'dim', line));
  const isTroubled = ({ host }: HostEvidence): boolean =>
    diagnoses.hosts.some((found) => found.host === host && isFault(found));
  const first = drawn.length === 1 ? drawn : drawn.filter(isTroubled);
  const whole = most === Infinity ? drawn : first.slice(0, most);
  const others = drawn.filter((host) => !whole.includes(host));
  return [
    ...whole.flatMap((host) => ['', ...strips(terminal, host, wait)]),
    ...(others.length === 0 ? [] : ['', ...shortStrips(terminal, others, wait)]),
    ...legend,
  ];
}

function pieceOf(terminal: Terminal, { title, paste, fixes, doesNotFix, check }: Remedy): string[] {
  return [
    ...wrap(terminal, title, '  ').map((line) => paint(terminal, 'bold', line)),
    ...paste.split('\n').map((line) => `      ${line}`),
    ...wrap(terminal, `fixes: ${fixes}`, '    '),
    ...wrap(terminal, `does not fix: ${doesNotFix}`, '    '),
    ...wrap(terminal, `check: ${check}`, '    '),
  ];
}

/** The first remedy, and those that fit into so many rows; the others by their title. */
function toPaste(terminal: Terminal, examination: Examination, rows: number): string[] {
  const remedies = remediesOf(examination);
  if (remedies.length === 0) return [];
  const lines = ['', paint(terminal, 'bold', 'What to paste')];
  const left: string[] = [];
  for (const [at, remedy] of remedies.entries()) {
    const piece = pieceOf(terminal, remedy);
    if (at === 0 || (left.length === 0 && lines.length + piece.length + 2 <= rows)) {
      lines.push(...(at === 0 ? [] : ['']), ...piece);
    } else left.push(remedy.title);
  }
  if (left.length > 0) lines.push('', ...wrap(terminal, `or (--verbose shows it): ${left.join('; ')}`, '  '));
  return lines;
}

/** Checks beyond that are told in one line. */
const MAX_CHECKS = 3;

/** What the strips do not show already. */
function besidesStrips({ id, evidence }: Check): readonly string[] {
  if (id !== 'lookups') return evidence;
  return evidence.filter((line) => line.includes(' ') && !line.startsWith('  '));
}

function checkSection(
  terminal: Terminal,
  checks: readonly Check[],
  sentence: string,
  most: number,
): string[] {
  const isTold = ({ summary }: Check): boolean => sentence.toLowerCase() === `${summary}.`.toLowerCase();
  if (most === Infinity) return checks.flatMap((check) => checkLines(terminal, check, true, isTold(check)));
  const shown = checks.filter(({ status }) => status !== 'ok' && status !== 'skip');
  const told = [...shown.filter(isFault), ...shown.filter((check) => !isFault(check))];
  const left = told.slice(MAX_CHECKS).map(({ title }) => title);
  return [
    ...told.slice(0, MAX_CHECKS).flatMap((check) => {
      const evidence = besidesStrips(check).slice(0, most);
      return checkLines(terminal, { ...check, evidence }, isFault(check), isTold(check));
    }),
    ...(left.length === 0
      ? []
      : wrap(terminal, `and more (--verbose): ${left.join(', ')}`, ' '.repeat(LABEL))),
  ];
}

/** How much is told. */
type Form = 'healthy' | 'faulty' | 'verbose';

/** So much of each part; what is left out is for --verbose. */
interface Limits {
  readonly rows: number;
  readonly strips: number;
  readonly evidence: number;
}

const ALL: Limits = { rows: Infinity, strips: Infinity, evidence: Infinity };

/** From the most to the least. */
const LIMITS: readonly Limits[] = [
  { rows: 10, strips: 2, evidence: 4 },
  { rows: 10, strips: 1, evidence: 3 },
  { rows: 8, strips: 1, evidence: 2 },
  { rows: 6, strips: 0, evidence: 0 },
];

/** One screen with its prompt; two. */
const MOST_LINES: Readonly<Record<Form, number>> = { healthy: 23, faulty: 48, verbose: Infinity };

function sections(examination: Examination, terminal: Terminal, form: Form, limits: Limits): string[] {
  const { checks, evidence } = examination;
  const rows = table(terminal, evidence.hosts, form, limits.rows);
  const findings = checkSection(terminal, checks, headline(examination).sentence, limits.evidence);
  return [
    ...(rows.length === 0 ? [] : ['', ...rows]),
    ...allStrips(terminal, examination, limits.strips),
    ...(findings.length === 0 ? [] : ['', ...findings]),
  ];
}

/** The report for a person at a terminal; `verbose`: all of it, with the evidence of checks that found nothing. */
export function textReport(examination: Examination, terminal: Terminal, verbose: boolean): string {
  const { status, sentence } = headline(examination);
  const { version, duration: took, queries, interrupted } = examination;
  const form: Form = verbose ? 'verbose' : status === 'ok' ? 'healthy' : 'faulty';
  const verdict = wrap(terminal, sentence, '').map((line) => paint(terminal, STYLES[status], line));
  const footer = `addrinfo ${version}, ${duration(took)}, at most ${queries} queries${interrupted ? ', interrupted' : ''}`;
  const below = [
    '',
    ...wrap(terminal, footer, '').map((line) => paint(terminal, 'dim', line)),
    // Once more: the report may have pushed it off the screen.
    ...verdict,
  ];
  const drawn = (limits: Limits): string[] => {
    const above = [...verdict, ...sections(examination, terminal, form, limits)];
    const room = MOST_LINES[form] - above.length - below.length;
    return [...above, ...toPaste(terminal, examination, room), ...below];
  };
  const tries = (verbose ? [ALL] : LIMITS).map(drawn);
  const lines = tries.find((each) => each.length <= MOST_LINES[form]) ?? tries.at(-1) ?? [];
  return `${lines.join('\n')}\n`;
}
