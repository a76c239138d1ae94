// The process of contenders: contender-main.ts TASK. Prints one line of JSON, the measurements of each cell by round.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type ContenderName, contenderOf } from './contenders';
import { putLimitLoad } from './limit-program';
import type { PutLoad } from './load';
import type { Measurement } from './measurement';
import type { Task } from './processes';
import type { Scenario, Setting } from './scenario';
import { scenarioOf } from './scenarios/index';

/** Measures a scenario with one contender. */
type Measure = (scenario: Scenario, setting: Setting) => Promise<Measurement>;

async function open(name: ContenderName): Promise<Measure> {
  const contender = contenderOf(name);
  if ('open' in contender) {
    const lookup = await contender.open();
    return (scenario, setting) => scenario.measure(lookup, setting);
  }
  const put: PutLoad = (load) => putLimitLoad(contender, load);
  return async ({ measureLoads }, setting) => {
    if (measureLoads === undefined) throw new Error(`${name} can only put on a load`);
    return measureLoads(put, setting);
  };
}

async function measure({ scenario: name, cells, rounds, group, ...rest }: Task): Promise<Measurement[][]> {
  const scenario = scenarioOf(name);
  const measures = new Map<ContenderName, Measure>();
  for (const { contender } of cells) {
    if (!measures.has(contender)) measures.set(contender, await open(contender));
  }
  const results: Measurement[][] = cells.map(() => []);
  const measureRound = async (round: number): Promise<void> => {
    for (const [at, { contender, case: point }] of cells.entries()) {
      const measureWith = measures.get(contender);
      if (measureWith === undefined) continue;
      const unique = cells.length === 1 ? rest.unique : `${rest.unique}-${at}-${round}`;
      const setting: Setting = { ...rest, contender: contenderOf(contender), case: point, unique };
      results[at]?.push(await measureWith(scenario, setting));
    }
  };
  if (scenario.inTurn) {
    await measureRound(0);
    for (const result of results) result.pop();
  }
  // After the first round, so that V8 does not compile on the quota. "0" is the process that writes.
  if (group !== undefined) writeFileSync(join(group, 'cgroup.procs'), '0');
  for (let round = 1; round <= rounds; round += 1) await measureRound(round);
  return results;
}

measure(JSON.parse(process.argv[2] ?? ''))
  .then(
    (measurements) => console.log(JSON.stringify(measurements)),
    (error: unknown) => console.error(inspect(error)),
  )
  // Not exit: that would wait for lookups of dns.lookup that hang.
  .finally(() => process.kill(process.pid, 'SIGKILL'));
