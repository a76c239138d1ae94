// node --import tsx test/doctor/run.ts [WORDS]: the corpus, many set-ups at a time, and the score. WORDS: only those
// whose name has them.

import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { schemaErrors } from '../support/doctor-schema';
import { runInFreshSandbox } from '../support/sandbox/fresh-sandbox';
import { FAULTS } from './faults';
import { HEALTHY } from './healthy';
import type { SetUp } from './set-up';

/** They mostly wait. */
const AT_ONCE = 5 * availableParallelism();

/** Nothing in the corpus needs longer to show. */
const SPREAD = ['--for', '3s'];

interface Result {
  readonly setUp: SetUp;
  readonly wrong?: string;
  readonly skipped?: string;
  readonly sentence: string;
  readonly took: number;
}

interface Report {
  readonly cause: string | null;
  readonly verdict: string;
  readonly exitCode: number;
  readonly queries: number;
}

const isThere = (program: string): boolean => spawnSync('which', [program]).status === 0;

interface Query {
  readonly t: number;
  readonly to: string;
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

function problemsOf(setUp: SetUp, report: Report, queries: readonly Query[]): string[] {
  const { cause, says } = setUp;
  const wanted = cause === null ? [] : [cause].flat();
  const right = cause === null ? report.cause === null : wanted.includes(report.cause ?? '');
  const invalid = schemaErrors(report);
  return [
    ...(invalid === undefined ? [] : [`not as the schema has it: ${invalid}`]),
    ...(right ? [] : [`cause ${report.cause}, not ${cause === null ? 'none' : wanted.join(' or ')}`]),
    ...(report.exitCode === (cause === null ? 0 : 1) ? [] : [`exit code ${report.exitCode}`]),
    ...(says === undefined || report.verdict.includes(says) ? [] : [`the sentence lacks "${says}"`]),
    ...(queries.length <= 500 ? [] : [`${queries.length} questions`]),
    ...(queries.length <= report.queries ? [] : [`${queries.length} questions, told ${report.queries}`]),
    ...(busiest(queries) <= 20 ? [] : [`${busiest(queries)} questions a second`]),
  ];
}

async function run(setUp: SetUp): Promise<Result> {
  const [program] = setUp.daemon ?? [];
  if (program !== undefined && !isThere(program)) {
    return { setUp, skipped: `this machine has no ${program}`, sentence: '', took: 0 };
  }
  const begun = performance.now();
  const json = { ...setUp, args: ['--json', ...SPREAD, ...setUp.args] };
  const finished = await runInFreshSandbox(
    [process.execPath, '--import', 'tsx', join(__dirname, 'in-set-up.ts'), JSON.stringify(json)],
    {
      timeout: 100_000,
      ...(setUp.env === undefined ? {} : { env: setUp.env }),
      ...(setUp.loopbackOnly === undefined ? {} : { loopbackOnly: setUp.loopbackOnly }),
      ...(setUp.ipv6 === undefined ? {} : { ipv6: setUp.ipv6 }),
    },
  );
  const took = performance.now() - begun;
  if (!finished.stdout.startsWith('{')) {
    return { setUp, wrong: `no report: ${finished.stdout}${finished.stderr}`, sentence: '', took };
  }
  const report: Report = JSON.parse(finished.stdout);
  const problems = problemsOf(setUp, report, finished.queries);
  const result = { setUp, sentence: report.verdict, took };
  return problems.length === 0 ? result : { ...result, wrong: problems.join('; ') };
}

async function runAll(setUps: readonly SetUp[]): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...setUps];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const result = await run(next);
        results.push(result);
        const mark = result.skipped !== undefined ? 'skip' : result.wrong === undefined ? 'ok  ' : 'FAIL';
        const detail = result.skipped ?? result.wrong ?? '';
        console.log(
          `${mark} ${next.name} (${(result.took / 1000).toFixed(0)} s)${detail === '' ? '' : `: ${detail}`}`,
        );
        if (result.wrong !== undefined) console.log(`     ${result.sentence}`);
      }
    }),
  );
  return results;
}

async function main(): Promise<void> {
  const words = process.argv.slice(2).join(' ');
  const setUps = [...FAULTS, ...HEALTHY].filter(({ name }) => name.includes(words));
  const results = await runAll(setUps);
  const tried = results.filter(({ skipped }) => skipped === undefined);
  const faults = tried.filter(({ setUp }) => setUp.cause !== null);
  const right = faults.filter(({ wrong }) => wrong === undefined).length;
  const healthy = tried.filter(({ setUp }) => setUp.cause === null);
  const alarms = healthy.filter(({ wrong }) => wrong !== undefined).length;
  const share = faults.length === 0 ? 100 : (100 * right) / faults.length;
  console.log(
    `score: ${right} of ${faults.length} causes right (${share.toFixed(0)} %), ${alarms} false alarms in ${healthy.length} healthy set-ups, ${results.length - tried.length} skipped`,
  );
  process.exitCode = share >= 95 && alarms === 0 ? 0 : 1;
}

void main();
