import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import type { Scenario } from '../scenario';

// Every process of the benchmark has the repository as its working directory.
const REGISTER = join(process.cwd(), 'dist', 'register.js');
/** Of the kernel's clock, in which /proc counts CPU time. */
const TICK = 10;
/** Processes that are started for one figure: a tick is little of their sum. */
const PROCESSES = 20;

/** ms of CPU time that the children of this process have had. */
function childTime(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * TICK;
}

/** ms of CPU time, the kernel's part included, of one `node -e 0` with these options. */
function timed(options: readonly string[]): number {
  const before = childTime();
  for (let at = 0; at < PROCESSES; at += 1) execFileSync(process.execPath, [...options, '-e', '0']);
  return (childTime() - before) / PROCESSES;
}

export const preload: Scenario = {
  title: 'Preloading the package',
  shows:
    'ms of CPU time that `--require addrinfo/register` adds to `node -e 0`, and how much more that then takes.',
  server: 'none',
  contenders: ['lookup'],
  quickRounds: 1,
  metrics: ['cpuMs', 'cpuOverEmpty'],
  async measure(_, { quick }) {
    const pairs = Array.from({ length: quick ? 3 : 7 }, () => {
      return { empty: timed([]), loading: timed(['--require', REGISTER]) };
    });
    return {
      numbers: {
        cpuMs: median(pairs.map(({ empty, loading }) => loading - empty)),
        cpuOverEmpty: median(pairs.map(({ empty, loading }) => loading / empty)),
      },
    };
  },
};
