import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { type Contender, PEERS } from '../contenders';
import type { Scenario } from '../scenario';

// Where the peers are installed.
const BENCH = join(process.cwd(), 'bench');

/** ms of a whole process that runs this script. */
function timed(script: string): number {
  const begun = performance.now();
  execFileSync(process.execPath, ['-e', script], { cwd: BENCH });
  return performance.now() - begun;
}

function sourceOf(contender: Contender): string {
  return 'source' in contender ? (contender.source ?? '') : '';
}

export const importTime: Scenario = {
  title: 'Loading the package',
  shows: 'ms that loading it adds to a script that does nothing, and how much longer that script then takes.',
  server: 'none',
  contenders: [...PEERS, 'lookup4'],
  quickContenders: ['lookup4'],
  quickRounds: 1,
  metrics: ['ms', 'overEmpty'],
  async measure(_, { quick, contender }) {
    const pairs = Array.from({ length: quick ? 15 : 25 }, () => {
      return { empty: timed(''), loading: timed(sourceOf(contender)) };
    });
    return {
      numbers: {
        ms: median(pairs.map(({ empty, loading }) => loading - empty)),
        overEmpty: median(pairs.map(({ empty, loading }) => loading / empty)),
      },
    };
  },
};
