import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LimitContender } from './contenders';
import type { Load } from './load';
import { Latencies, type Measurement } from './measurement';

const run = promisify(execFile);

// Every process of the benchmark has the repository as its working directory.
const BENCH = join(process.cwd(), 'bench');
const PROGRAM = join(BENCH, 'build', 'gai_bench');

/** Compiles the C program. Rejects where there is no compiler. */
export async function buildLimit(): Promise<void> {
  await mkdir(join(BENCH, 'build'), { recursive: true });
  const source = join(BENCH, 'limit', 'gai_bench.c');
  const flags = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-O2', '-pthread'];
  await run('cc', [...flags, '-o', PROGRAM, source]);
}

/** Puts the load on from the C program's threads. */
export async function putLimitLoad({ threads, sockets }: LimitContender, load: Load): Promise<Measurement> {
  const numbers = [
    Math.min(threads, load.concurrency),
    sockets,
    Math.min(load.warmUp, 200),
    load.duration,
    load.lookups ?? 0,
  ];
  const { stdout } = await run(PROGRAM, [...numbers.map(String), load.name], { maxBuffer: 2 ** 28 });
  const result: { seconds: number; cpu: number; failed: number; latencies: number[] } = JSON.parse(stdout);
  const latencies = new Latencies();
  for (const us of result.latencies) latencies.record(us / 1000);
  return {
    numbers: {
      lookups: latencies.count,
      perSecond: latencies.count / result.seconds,
      cpu: result.cpu / latencies.count,
      ...latencies.numbers(),
    },
    latencies: latencies.encode(),
    failed: result.failed > 0 ? { failed: result.failed } : {},
  };
}
