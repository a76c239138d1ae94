// npm run test:more -- doctor [WORDS]: the corpus, many set-ups at a time, and the score. WORDS: only those whose name
// has them.

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { schemaErrors } from '../support/doctor-schema';
import { runInFreshSandbox } from '../support/sandbox/fresh-sandbox';
import type { Outcome, Prescription, RemedyReport } from './cure';
import { FAULTS } from './faults';
import { HEALTHY } from './healthy';
import { nameserversOf, type SetUp } from './set-up';

/** They mostly wait. */
const AT_ONCE = 6 * availableParallelism();

/** Nothing in the corpus needs longer to show. */
const SPREAD = ['--for', '3s'];

/** What SECURITY.md and docs/doctor.md promise. */
const MOST_QUESTIONS = 500;
const MOST_A_SECOND = 20;
const LONGEST = 60_000;
/** ms; a sandbox on a busy machine takes its time to start. */
const START = 30_000;

interface Report {
  readonly cause: string | null;
  readonly verdict: string;
  readonly exitCode: number;
  readonly queries: number;
  readonly duration: number;
  readonly firstWait: number;
  readonly nameservers: readonly { readonly address: string }[];
  readonly hosts: readonly { readonly both: { readonly p95: number } }[];
  readonly remedies: readonly RemedyReport[];
}

interface Query {
  readonly t: number;
  readonly to: string;
}

interface Result {
  readonly setUp: SetUp;
  readonly report?: Report;
  /** Questions that came to the servers of resolv.conf. */
  readonly counted?: number;
  /** What is wrong: the cause, or the exit code. */
  readonly wrong: readonly string[];
  /** Promises that were broken. */
  readonly broken: readonly string[];
  readonly took: number;
}

/** The most questions that one server got within a second. */
function busiest(queries: readonly Query[]): number {
  return Math.max(
    0,
    ...queries.map(
      ({ t, to }) => queries.filter((one) => one.to === to && one.t >= t && one.t < t + 1000).length,
    ),
  );
}

function wrongIn({ cause, says }: SetUp, report: Report): string[] {
  const wanted = cause === null ? [] : [cause].flat();
  const right = cause === null ? report.cause === null : wanted.includes(report.cause ?? '');
  return [
    ...(right ? [] : [`cause ${report.cause}, not ${cause === null ? 'none' : wanted.join(' or ')}`]),
    ...(report.exitCode === (cause === null ? 0 : 1) ? [] : [`exit code ${report.exitCode}`]),
    ...(says === undefined || report.verdict.includes(says) ? [] : [`the sentence lacks "${says}"`]),
  ];
}

function brokenIn(setUp: SetUp, report: Report, queries: readonly Query[], took: number): string[] {
  const invalid = schemaErrors(report);
  const named = nameserversOf(setUp);
  // A server that forwards asks others, which resolv.conf need not name.
  const others = setUp.forwards ? [] : queries.filter(({ to }) => !named.includes(to));
  const direct = queries.filter(({ to }) => named.includes(to));
  return [
    ...(invalid === undefined ? [] : [`not as the schema has it: ${invalid}`]),
    ...(setUp.daemon === undefined || direct.length > 0 ? [] : ['no question was counted']),
    ...(direct.length <= MOST_QUESTIONS ? [] : [`${direct.length} questions`]),
    ...(direct.length <= report.queries ? [] : [`${direct.length} questions, told ${report.queries}`]),
    ...(busiest(direct) <= MOST_A_SECOND ? [] : [`${busiest(direct)} questions a second`]),
    ...(report.duration <= LONGEST && took <= LONGEST + START ? [] : [`took ${(took / 1000).toFixed(0)} s`]),
    ...(others.length === 0 ? [] : [`asked ${others[0]?.to}, which resolv.conf does not name`]),
  ];
}

function inSandbox(setUp: SetUp, more: readonly string[]): ReturnType<typeof runInFreshSandbox> {
  const script = join(__dirname, 'in-set-up.ts');
  return runInFreshSandbox([process.execPath, '--import', 'tsx', script, JSON.stringify(setUp), ...more], {
    timeout: 120_000,
    ...(setUp.env === undefined ? {} : { env: setUp.env }),
    ...(setUp.loopbackOnly === undefined ? {} : { loopbackOnly: setUp.loopbackOnly }),
    ...(setUp.ipv6 === undefined ? {} : { ipv6: setUp.ipv6 }),
  });
}

async function examine(setUp: SetUp): Promise<Result> {
  const begun = performance.now();
  const finished = await inSandbox({ ...setUp, args: ['--json', ...SPREAD, ...setUp.args] }, []);
  const took = performance.now() - begun;
  if (!finished.stdout.startsWith('{')) {
    return { setUp, wrong: [`no report: ${finished.stdout}${finished.stderr}`], broken: [], took };
  }
  const report: Report = JSON.parse(finished.stdout);
  const named = nameserversOf(setUp);
  const counted = finished.queries.filter(({ to }) => named.includes(to)).length;
  const broken = brokenIn(setUp, report, finished.queries, took);
  return { setUp, report, counted, wrong: wrongIn(setUp, report), broken, took };
}

/** A remedy is tried once for each cause, in each form. */
const keyOf = (cause: string, { ids, language, paste }: RemedyReport): string =>
  [cause, ...ids, language, paste.split(/[\s=]/)[0]].join(' ');

interface Cure {
  readonly setUp: SetUp;
  readonly prescription: Prescription;
}

function curesFor({ setUp, report, wrong }: Result, tried: Set<string>): Cure[] {
  const cause = report?.cause;
  if (report === undefined || cause === null || cause === undefined || wrong.length > 0) return [];
  return report.remedies.flatMap((remedy): Cure[] => {
    const key = keyOf(cause, remedy);
    if (tried.has(key)) return [];
    tried.add(key);
    const atServers = remedy.ids.some((id) => ['server-nodata', 'open-tcp'].includes(id));
    const place = atServers ? { ...setUp, ...setUp.mended } : setUp;
    return [{ setUp: place, prescription: { cause, remedy, wait: report.firstWait } }];
  });
}

async function cure({ setUp, prescription }: Cure): Promise<readonly string[]> {
  const { stdout, stderr } = await inSandbox(setUp, [JSON.stringify(prescription)]);
  if (!stdout.startsWith('{')) return [`no outcome: ${stdout}${stderr}`];
  const { problems }: Outcome = JSON.parse(stdout);
  return problems;
}

interface Score {
  readonly results: Result[];
  cured: number;
  uncured: number;
}

async function runAll(setUps: readonly SetUp[]): Promise<Score> {
  const score: Score = { results: [], cured: 0, uncured: 0 };
  const tried = new Set<string>();
  const waiting: (() => Promise<void>)[] = [];

  async function tryCure(next: Cure): Promise<void> {
    const { ids } = next.prescription.remedy;
    const problems = await cure(next);
    if (problems.length === 0) score.cured += 1;
    else score.uncured += 1;
    const what = `${ids.join(', ')} for ${next.prescription.cause} in: ${next.setUp.name}`;
    console.log(`${problems.length === 0 ? 'cure' : 'FAIL'} ${what}`);
    for (const problem of problems) console.log(`     ${problem}`);
  }

  async function tryDoctor(setUp: SetUp): Promise<void> {
    const result = await examine(setUp);
    score.results.push(result);
    const problems = [...result.wrong, ...result.broken];
    const figures = `${result.counted ?? 0} questions, ${(result.took / 1000).toFixed(0)} s`;
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${setUp.name} (${figures})`);
    for (const problem of problems) console.log(`     ${problem}`);
    if (result.wrong.length > 0) console.log(`     ${result.report?.verdict ?? ''}`);
    for (const next of curesFor(result, tried)) waiting.push(() => tryCure(next));
  }

  for (const setUp of setUps) waiting.push(() => tryDoctor(setUp));
  let running = 0;
  await new Promise<void>((resolve) => {
    function next(): void {
      if (running === 0 && waiting.length === 0) resolve();
      for (; running < AT_ONCE && waiting.length > 0; running += 1) {
        const work = waiting.shift();
        void work?.().finally(() => {
          running -= 1;
          next();
        });
      }
    }
    next();
  });
  return score;
}

/** A set-up that is taken for healthy though its lookups stall. */
const isMissed = ({ setUp, report }: Result): boolean =>
  report?.cause === null &&
  // Of names that are the doctor's own choice nothing is expected.
  setUp.args.length > 0 &&
  (setUp.cause !== null || report.hosts.some(({ both }) => both.p95 >= report.firstWait * 0.9));

async function main(): Promise<void> {
  const words = process.argv.slice(2).join(' ');
  const setUps = [...FAULTS, ...HEALTHY].filter(({ name }) => name.includes(words));
  const missing = setUps.flatMap(({ needs }) => needs ?? []).filter((file) => !existsSync(file));
  if (missing.length > 0) {
    console.log(`missing: ${[...new Set(missing)].join(' ')}; .ci/run says how to install them`);
    if (process.env['CI'] === 'true') process.exit(1);
  }
  const begun = performance.now();
  const { results, cured, uncured } = await runAll(
    setUps.filter(({ needs = [] }) => needs.every((file) => existsSync(file))),
  );
  const faults = results.filter(({ setUp }) => setUp.cause !== null);
  const right = faults.filter(({ wrong }) => wrong.length === 0).length;
  const healthy = results.filter(({ setUp }) => setUp.cause === null);
  const alarms = healthy.filter(({ wrong }) => wrong.length > 0).length;
  const missed = results.filter(isMissed).length;
  const broken = results.filter((result) => result.broken.length > 0).length;
  const share = faults.length === 0 ? 100 : (100 * right) / faults.length;
  console.log(
    [
      `causes right: ${right} of ${faults.length} (${share.toFixed(1)} %)`,
      `false alarms: ${alarms} of ${healthy.length} healthy set-ups`,
      `taken for healthy: ${missed}`,
      `promises broken: ${broken}`,
      `remedies that cure: ${cured} of ${cured + uncured}`,
      `left out: ${setUps.length - results.length}`,
      `${((performance.now() - begun) / 1000).toFixed(0)} s`,
    ].join('\n'),
  );
  process.exitCode = share >= 95 && alarms + missed + broken + uncured === 0 ? 0 : 1;
}

void main();
