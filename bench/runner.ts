import { labObstacle } from '../test/lab/requirements';
import { restoreEtc, writeHosts, writeResolvConf } from '../test/support/sandbox/etc-files';
import { type ContenderName, contenderOf } from './contenders';
import { FAST_SERVER } from './fast-server';
import type { Measurement } from './measurement';
import { under } from './pressure';
import { measure } from './processes';
import { type Progress } from './progress';
import { overNode, type Round, rowOf, type ScenarioResult } from './results';
import { type Case, ONE_CASE, type Pressure, type Scenario } from './scenario';
import { type ScenarioName, scenarioOf } from './scenarios/index';
import { MATRIX_HOSTS } from './scenarios/matrix';

/** Of every scenario: a median and a spread need them. */
const FULL_ROUNDS = 5;

/** Processes of waiting scenarios at any time: in a quick run all start, and take the CPUs, at the same moment. */
const WAITING_PROCESSES = { full: 24, quick: 16 } as const;

export interface RunOptions {
  readonly quick: boolean;
  /** Whether gai_bench could be compiled. */
  readonly limit: boolean;
  /** Whether it can be told to keep its sockets. */
  readonly glibc: boolean;
  readonly host?: string;
}

/** One contender in one case. */
interface Cell {
  readonly contender: ContenderName;
  readonly case: Case;
  readonly rounds: Round[];
}

function canRun(name: ContenderName, { limit, glibc }: RunOptions): boolean {
  const contender = contenderOf(name);
  return !('threads' in contender) || (limit && (glibc || contender.sockets === 'fresh'));
}

/** Starts a process when there is room for it. */
type Limit = <T>(start: () => Promise<T>) => Promise<T>;

class Run {
  readonly name: ScenarioName;
  readonly scenario: Scenario;
  readonly rounds: number;
  readonly processes: number;
  readonly cells: readonly Cell[];
  /** Why all of it, or some cases, were not measured. */
  leftOut: string | undefined;
  readonly #options: RunOptions;

  constructor(name: ScenarioName, options: RunOptions) {
    const scenario = scenarioOf(name);
    const { quickRounds = 3, cases = [ONE_CASE], processes } = scenario;
    const contenders = (options.quick && scenario.quickContenders) || scenario.contenders;
    const points = (options.quick && scenario.quickCases) || cases;
    this.name = name;
    this.scenario = scenario;
    this.rounds = options.quick ? quickRounds : FULL_ROUNDS;
    this.processes = processes?.[options.quick ? 'quick' : 'full'] ?? 1;
    this.#options = options;
    this.cells = points.flatMap((point) =>
      contenders
        .filter((contender) => canRun(contender, options))
        .filter((contender) => scenario.skips?.(contender, point) !== true)
        .map((contender) => ({ contender, case: point, rounds: [] })),
    );
    const obstacle = scenario.lab === undefined ? undefined : labObstacle();
    if (obstacle !== undefined) this.leftOut = `the lab cannot run here: ${obstacle}`;
  }

  get steps(): number {
    return this.rounds * this.cells.length;
  }

  #measure(cells: readonly Cell[], rounds: number, unique: string, group?: string): Promise<Measurement[][]> {
    const { quick, host } = this.#options;
    return measure({
      scenario: this.name,
      cells: cells.map(({ contender, case: point }) => ({ contender, case: point })),
      rounds,
      quick,
      unique,
      ...(host !== undefined && { host }),
      ...(group !== undefined && { group }),
    });
  }

  /** One round of one cell, in processes of its own. */
  async measureRound(cell: Cell, round: number, limit: Limit = (start) => start()): Promise<void> {
    const parts = Array.from({ length: this.processes }, (_, part) => {
      const unique = `${this.name}-${cell.contender}-${cell.case.value}-${round}-${part}`;
      return limit(() => this.#measure([cell], 1, unique));
    });
    cell.rounds.push((await Promise.all(parts)).flat(2));
  }

  /** All rounds of all cells with this pressure, in one process. */
  async measureInTurn(pressure: Pressure): Promise<void> {
    const cells = this.cells.filter((cell) => cell.case.pressure?.name === pressure.name);
    const unique = `${this.name}-${pressure.busy}-${pressure.quota === undefined ? 'whole' : 'quota'}`;
    const results = await under(pressure, (group) => this.#measure(cells, this.rounds, unique, group));
    if (results === undefined) {
      this.leftOut = `${pressure.name}: no cgroup with a CPU quota can be made here`;
      console.error(`${this.name}: ${this.leftOut}`);
      return;
    }
    for (const [at, cell] of cells.entries()) {
      const node = cells.findIndex(
        (one) => one.contender === 'dns-lookup-4' && one.case.name === cell.case.name,
      );
      cell.rounds.push(...overNode(results[at] ?? [], results[node] ?? []));
    }
  }

  result(): ScenarioResult {
    const { title, shows, note, metrics } = this.scenario;
    const rows = this.cells
      .filter(({ rounds }) => rounds.length > 0)
      .map((cell) => rowOf(this.scenario, cell.contender, cell.case, cell.rounds));
    const said = {
      ...(note !== undefined && { note }),
      ...(this.leftOut !== undefined && { leftOut: this.leftOut }),
    };
    return { name: this.name, title, shows, metrics, rows, ...said };
  }
}

function resolvConfOf({ server, resolvConf }: Scenario): string {
  if (resolvConf !== undefined) return resolvConf;
  return `nameserver ${server === 'fast' ? FAST_SERVER : '127.0.0.1'}`;
}

/** Runs these scenarios: those that wait at once, the others one after another. */
export async function runScenarios(
  names: readonly ScenarioName[],
  options: RunOptions,
  progress: Progress,
): Promise<ScenarioResult[]> {
  const runs = names.map((name) => new Run(name, options));
  const active = runs.filter(({ leftOut }) => leftOut === undefined);
  progress.expect(active.reduce((sum, run) => sum + run.steps, 0));
  await runWaiting(
    active.filter(({ scenario }) => scenario.processes !== undefined),
    options,
    progress,
  );
  for (const run of active) {
    if (run.scenario.processes === undefined) await runAlone(run, options, progress);
  }
  return runs.map((run) => run.result());
}

async function runWaiting(runs: readonly Run[], { quick }: RunOptions, progress: Progress): Promise<void> {
  if (runs.length === 0) return;
  const { default: pLimit } = await import('p-limit');
  const limit = pLimit(WAITING_PROCESSES[quick ? 'quick' : 'full']);
  for (let round = 0; round < Math.max(...runs.map(({ rounds }) => rounds)); round += 1) {
    const steps = runs
      .filter(({ rounds }) => round < rounds)
      .flatMap((run) => run.cells.map((cell) => ({ run, cell })));
    await Promise.all(
      steps.map(async ({ run, cell }) => {
        await run.measureRound(cell, round, limit);
        progress.step(run.name, `round ${round + 1}, ${contenderOf(cell.contender).label}`);
      }),
    );
  }
}

async function runAlone(run: Run, { host }: RunOptions, progress: Progress): Promise<void> {
  if (host === undefined) {
    writeResolvConf(resolvConfOf(run.scenario));
    writeHosts(`127.0.0.1 localhost\n10.1.2.3 bench-host\n${MATRIX_HOSTS}`);
  }
  if (run.scenario.inTurn) await runInTurn(run, progress);
  else await runRounds(run, progress);
  if (host === undefined) restoreEtc();
}

async function runInTurn(run: Run, progress: Progress): Promise<void> {
  const pressures = new Map(
    run.cells.flatMap(({ case: { pressure } }) => (pressure ? [[pressure.name, pressure] as const] : [])),
  );
  for (const pressure of pressures.values()) {
    await run.measureInTurn(pressure);
    progress.step(run.name, pressure.name, run.steps / pressures.size);
  }
}

async function runRounds(run: Run, progress: Progress): Promise<void> {
  for (let round = 0; round < run.rounds; round += 1) {
    for (const cell of run.cells) {
      await run.measureRound(cell, round);
      const where = [
        cell.case.name,
        `round ${round + 1} of ${run.rounds}`,
        contenderOf(cell.contender).label,
      ];
      progress.step(run.name, where.filter((part) => part !== '').join(', '));
    }
  }
}
