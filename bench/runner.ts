import { labObstacle } from '../test/lab/requirements';
import { restoreEtc, writeHosts, writeResolvConf } from '../test/support/sandbox/etc-files';
import { FAST_SERVER } from './fast-server';
import type { Measurement } from './measurement';
import { measureOnce } from './processes';
import { type Progress } from './progress';
import { rowOf, type ScenarioResult } from './results';
import { type Case, ONE_CASE, type Scenario } from './scenario';
import { type ScenarioName, scenarioOf } from './scenarios/index';
import type { Way } from './way';
import { type WayName, wayOf } from './ways/index';

/** Of every scenario: a median and a spread need them. */
const FULL_ROUNDS = 5;

/** Processes of waiting scenarios at any time. */
const WAITING_PROCESSES = 32;

export interface RunOptions {
  readonly quick: boolean;
  /** Whether gai_bench could be compiled. */
  readonly limit: boolean;
  /** Whether it can be told to keep its sockets. */
  readonly glibc: boolean;
  readonly host?: string;
}

/** One way in one case. */
interface Cell {
  readonly way: WayName;
  readonly point: Case;
  readonly rounds: Measurement[][];
}

function canRun(way: Way, { limit, glibc }: RunOptions): boolean {
  return !('threads' in way) || (limit && (glibc || way.sockets === 'fresh'));
}

class Run {
  readonly name: ScenarioName;
  readonly scenario: Scenario;
  readonly rounds: number;
  readonly processes: number;
  readonly cells: readonly Cell[];
  readonly #options: RunOptions;

  constructor(name: ScenarioName, options: RunOptions) {
    const scenario: Scenario = scenarioOf(name);
    const { quickRounds = 3, cases = [ONE_CASE], processes } = scenario;
    const kind = options.quick ? 'quick' : 'full';
    const ways = (options.quick && scenario.quickWays) || scenario.ways;
    const points = (options.quick && scenario.quickCases) || cases;
    this.name = name;
    this.scenario = scenario;
    this.rounds = options.quick ? quickRounds : FULL_ROUNDS;
    this.processes = processes?.[kind] ?? 1;
    this.#options = options;
    this.cells = points.flatMap((point) =>
      ways
        .filter((way) => canRun(wayOf(way), options))
        .filter((way) => scenario.skips?.(way, point) !== true)
        .map((way) => ({ way, point, rounds: [] })),
    );
  }

  get steps(): number {
    return this.rounds * this.cells.length;
  }

  /** One round of one way. */
  async measure(cell: Cell, round: number): Promise<void> {
    const { quick, host } = this.#options;
    const parts = Array.from({ length: this.processes }, (_, part) => {
      const unique = `${this.name}-${cell.way}-${cell.point.value}-${round}-${part}`;
      const setting = { case: cell.point, quick, unique, ...(host !== undefined && { host }) };
      return measureOnce(this.name, cell.way, setting);
    });
    cell.rounds.push(await Promise.all(parts));
  }

  result(leftOut?: string): ScenarioResult {
    const { title, shows, note, metrics } = this.scenario;
    const rows = leftOut === undefined ? this.cells.map((cell) => this.#row(cell)) : [];
    const said = { ...(note !== undefined && { note }), ...(leftOut !== undefined && { leftOut }) };
    return { name: this.name, title, shows, metrics, rows, ...said };
  }

  #row({ way, point, rounds }: Cell): ScenarioResult['rows'][number] {
    return rowOf(this.scenario, way, point, rounds);
  }
}

function resolvConfOf({ server, resolvConf }: Scenario): string {
  if (resolvConf !== undefined) return resolvConf;
  return `nameserver ${server === 'fast' ? FAST_SERVER : '127.0.0.1'}`;
}

/** Runs these scenarios; those that wait all at once, the others one after another, the ways in turn. */
export async function runScenarios(
  names: readonly ScenarioName[],
  options: RunOptions,
  progress: Progress,
): Promise<ScenarioResult[]> {
  const runs = names.map((name) => new Run(name, options));
  const left = new Map<Run, string>();
  for (const run of runs) {
    const obstacle = run.scenario.lab === undefined ? undefined : labObstacle();
    if (obstacle !== undefined) left.set(run, `the lab cannot run here: ${obstacle}`);
  }
  const active = runs.filter((run) => !left.has(run));
  progress.expect(active.reduce((sum, run) => sum + run.steps, 0));

  await runWaiting(
    active.filter(({ scenario }) => scenario.processes !== undefined),
    progress,
  );
  for (const run of active) {
    if (run.scenario.processes === undefined) await runInTurn(run, options, progress);
  }
  return runs.map((run) => run.result(left.get(run)));
}

async function runWaiting(runs: readonly Run[], progress: Progress): Promise<void> {
  if (runs.length === 0) return;
  const { default: pLimit } = await import('p-limit');
  const processes = Math.max(...runs.map((run) => run.processes));
  const limit = pLimit(Math.max(1, Math.floor(WAITING_PROCESSES / processes)));
  for (let round = 0; round < Math.max(...runs.map(({ rounds }) => rounds)); round += 1) {
    const steps = runs
      .filter(({ rounds }) => round < rounds)
      .flatMap((run) => run.cells.map((cell) => ({ run, cell })));
    await Promise.all(
      steps.map(({ run, cell }) =>
        limit(async () => {
          await run.measure(cell, round);
          progress.step(run.name, `round ${round + 1}, ${wayOf(cell.way).label}`);
        }),
      ),
    );
  }
}

async function runInTurn(run: Run, { host }: RunOptions, progress: Progress): Promise<void> {
  if (host === undefined) {
    writeResolvConf(resolvConfOf(run.scenario));
    writeHosts('127.0.0.1 localhost\n10.1.2.3 bench-host');
  }
  for (let round = 0; round < run.rounds; round += 1) {
    for (const cell of run.cells) {
      await run.measure(cell, round);
      const where = [cell.point.name, `round ${round + 1} of ${run.rounds}`, wayOf(cell.way).label];
      progress.step(run.name, where.filter((part) => part !== '').join(', '));
    }
  }
  if (host === undefined) restoreEtc();
}
