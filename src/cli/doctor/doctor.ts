import { parseDuration } from '../duration';
import { checkedHost } from '../host';
import { useFreshThreads } from '../probe';
import { terminalOf } from '../terminal';
import { parse, UsageError } from '../usage';
import { packageVersion } from '../version';

import { examine } from './examine';
import { isPod } from './facts/environment';
import { readSystem, type System } from './facts/system';
import { Session } from './probing/session';
import type { Examination } from './reports/examination';
import { jsonReport } from './reports/json';
import { markdownReport } from './reports/markdown';
import { ProgressLine } from './reports/progress';
import { textReport } from './reports/text';
import { isFault } from './verdicts/finding';

const OPTIONS = {
  json: { type: 'boolean', default: false },
  markdown: { type: 'boolean', default: false },
  for: { type: 'string', default: '12s' },
  verbose: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const USAGE = `Usage: addrinfo doctor [HOST...]

Finds out whether lookups stall here, why, and what to paste to fix it. It takes at most 60 seconds, sends at most 500
queries and 20 a second to one server, and asks only the nameservers of resolv.conf. Without HOST:
kubernetes.default.svc (in a pod) and example.com.

  --for TIME    how long the lookups are spread over, 1s to 15s (default 12s); the run continues until stalled ones end
  --verbose     every check, and the evidence of those that found nothing
  --json        for machines: docs/doctor.schema.json describes it
  --markdown    for an incident ticket

Exit code: 0 no fault, 1 a fault, 2 could not run. Ctrl-C prints what is known so far.
`;

/** The queries are shared: with more hosts each would get too few to tell a lossy network. */
const MOST_HOSTS = 4;
const SHORTEST = 1000;
const LONGEST_SPREAD = 15_000;

function checkedHosts(hosts: readonly string[], system: System): readonly string[] {
  if (hosts.length === 0) return isPod(system) ? ['kubernetes.default.svc', 'example.com'] : ['example.com'];
  if (hosts.length > MOST_HOSTS) throw new UsageError(`at most ${MOST_HOSTS} hosts, got ${hosts.length}`);
  return [...new Set(hosts.map(checkedHost))];
}

type Form = 'text' | 'verbose' | 'json' | 'markdown';

function print(examination: Examination, exitCode: number, form: Form): void {
  if (form === 'json') process.stdout.write(jsonReport(examination, exitCode));
  else if (form === 'markdown') process.stdout.write(markdownReport(examination));
  else process.stdout.write(textReport(examination, terminalOf(process.stdout), form === 'verbose'));
}

/** `addrinfo doctor [HOST...]`. */
export async function doctorCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.json && values.markdown) throw new UsageError('--json and --markdown exclude each other');
  const over = parseDuration('--for', values.for, SHORTEST, LONGEST_SPREAD);
  const session = new Session(readSystem());
  const hosts = checkedHosts(positionals, session.system);

  useFreshThreads(512);
  const line = new ProgressLine(process.stderr);
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    session.stop();
  };
  process.once('SIGINT', interrupt); // the second one ends the process
  process.once('SIGTERM', interrupt);
  const found = await examine(hosts, positionals.length === 0, over, session, line.progress).finally(() => {
    line.clear();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  });
  const examination: Examination = { ...found, version: packageVersion(), interrupted };
  const exitCode = examination.checks.some(isFault) ? 1 : 0;
  const form = values.json ? 'json' : values.markdown ? 'markdown' : values.verbose ? 'verbose' : 'text';
  print(examination, exitCode, form);
  return exitCode;
}
