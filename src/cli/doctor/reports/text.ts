import { duration } from '../../duration';
import { LEGEND, strip } from '../../strip';
import { paint, type Style, type Terminal, wrap } from '../../terminal';
import type { Check, Status } from '../checks/check';
import type { Figures } from '../probing/figures';
import { type Examination, type HostReport, headline, remediesOf } from './examination';

const STYLES: Readonly<Record<Status, Style>> = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'dim' };

const KINDS = [
  { name: 'A alone', family: 4, of: ({ a }: HostReport): Figures => a },
  { name: 'AAAA alone', family: 6, of: ({ aaaa }: HostReport): Figures => aaaa },
  { name: 'both', family: 0, of: ({ both }: HostReport): Figures => both },
] as const;

const label = (terminal: Terminal, status: Status): string =>
  paint(terminal, STYLES[status], status.toUpperCase().padEnd(4));

function row(terminal: Terminal, check: Check): string[] {
  const title = check.title.padEnd(12);
  const [first = '', ...rest] = wrap(terminal, check.summary, ' '.repeat(20), ' '.repeat(20));
  return [`  ${label(terminal, check.status)}  ${title}${first.slice(20)}`, ...rest];
}

function details(terminal: Terminal, check: Check): string[] {
  const { evidence, meaning } = check;
  if (evidence.length === 0 && meaning === undefined) return [];
  const indented = (text: string): string[] => {
    const depth = text.length - text.trimStart().length;
    return wrap(terminal, text.trim(), `    ${' '.repeat(depth)}`);
  };
  const lines = evidence.flatMap(indented);
  if (meaning !== undefined) lines.push(...wrap(terminal, meaning, '    '));
  return ['', `  ${label(terminal, check.status)}  ${paint(terminal, 'bold', check.title)}`, ...lines];
}

/** The widest a strip is drawn; what is beyond is shown by its worst. */
const STRIP = 60;

function strips(terminal: Terminal, host: HostReport): string[] {
  const rows = KINDS.map(({ name, family, of }) => {
    const { p50, p95, max } = of(host);
    return {
      name,
      marks: host.samples.filter((sample) => sample.family === family),
      times: `p50 ${duration(p50)}, p95 ${duration(p95)}, max ${duration(max)}`,
    };
  }).filter(({ marks }) => marks.length > 0);
  const room = terminal.width - 18 - Math.max(...rows.map(({ times }) => times.length));
  const width = Math.min(STRIP, Math.max(8, room), Math.max(...rows.map(({ marks }) => marks.length)));
  return [
    ...wrap(terminal, `${host.target.host}: ${host.verdict.id}`, '  '),
    ...rows.map(({ name, marks, times }) => {
      const blank = ' '.repeat(Math.max(0, width - marks.length));
      return `    ${name.padEnd(10)}  ${strip(terminal, marks, width)}${blank}  ${times}`;
    }),
  ];
}

function toPaste(terminal: Terminal, examination: Examination): string[] {
  const remedies = remediesOf(examination);
  if (remedies.length === 0) return [];
  const pieces = remedies.flatMap(({ title, paste, fixes, doesNotFix }) => [
    '',
    `  ${paint(terminal, 'bold', title)}`,
    ...paste.split('\n').map((line) => `      ${line}`),
    ...wrap(terminal, `fixes: ${fixes}`, '    '),
    ...wrap(terminal, `does not fix: ${doesNotFix}`, '    '),
  ]);
  return ['', paint(terminal, 'bold', 'What to paste'), ...pieces];
}

/** The report for a person at a terminal; `verbose`: with the evidence of checks that found nothing. */
export function textReport(examination: Examination, terminal: Terminal, verbose: boolean): string {
  const { status, sentence } = headline(examination);
  const { version, checks, hosts, duration: took, queries, interrupted } = examination;
  const graphs = hosts.filter(({ samples }) => samples.length > 0);
  const lines = [
    ...wrap(terminal, sentence, '').map((line) => paint(terminal, STYLES[status], line)),
    '',
    ...checks.flatMap((check) => row(terminal, check)),
    ...checks
      .filter((check) => verbose || check.status !== 'ok')
      .flatMap((check) => details(terminal, check)),
    ...graphs.flatMap((host) => ['', ...strips(terminal, host)]),
    ...(graphs.length === 0
      ? []
      : wrap(terminal, LEGEND, '    ').map((line) => paint(terminal, 'dim', line))),
    ...toPaste(terminal, examination),
    '',
    paint(
      terminal,
      'dim',
      `addrinfo ${version}, ${duration(took)}, at most ${queries} queries${interrupted ? ', interrupted' : ''}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
