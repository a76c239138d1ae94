import type { Lookup } from './contenders';
import { Failures, Latencies, type Measurement } from './measurement';

/** Lookups that follow one another, so many at any time. */
export interface Load {
  /** In which `%d` is the number of the lookup. */
  readonly name: string;
  /** The number starts again after so many. */
  readonly names?: number;
  readonly concurrency: number;
  /** ms that are not measured, before. */
  readonly warmUp: number;
  /** ms in which lookups are started. */
  readonly duration: number;
  /** Lookups at most, if they are done before `duration` is over. */
  readonly lookups?: number;
}

/** A contender under a load. */
export type PutLoad = (load: Load) => Promise<Measurement>;

/** Puts the load on, and measures latency, throughput and CPU time. */
export async function putLoad(lookup: Lookup, load: Load): Promise<Measurement> {
  const { warmUp, duration, names = Number.POSITIVE_INFINITY, lookups = Number.POSITIVE_INFINITY } = load;
  let number = 0;
  const name = (): string => {
    number += 1;
    return load.name.replace('%d', String(number % names));
  };
  if (warmUp > 0) await run(lookup, name, load.concurrency, warmUp, lookups, () => {});

  const latencies = new Latencies();
  const failures = new Failures();
  let stalled = 0;
  const before = process.cpuUsage();
  const begun = performance.now();
  await run(lookup, name, load.concurrency, duration, lookups, (ms, error) => {
    latencies.record(ms);
    if (ms >= 1000) stalled += 1;
    if (error) failures.add(error);
  });
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(before);
  return {
    numbers: {
      lookups: latencies.count,
      perSecond: latencies.count / seconds,
      cpu: (user + system) / latencies.count,
      stalled: (100 * stalled) / latencies.count,
      ...latencies.numbers(),
    },
    latencies: latencies.encode(),
    failed: failures.byCode(),
  };
}

/** Resolves when the last lookup started within `duration` is answered. */
function run(
  lookup: Lookup,
  name: () => string,
  concurrency: number,
  duration: number,
  lookups: number,
  answered: (ms: number, error: unknown) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const until = performance.now() + duration;
    let started = 0;
    let pending = 0;
    const next = (): void => {
      const begun = performance.now();
      if (begun >= until || started >= lookups) {
        if (pending === 0) resolve();
        return;
      }
      started += 1;
      pending += 1;
      let returned = false;
      lookup(name(), (error) => {
        pending -= 1;
        answered(performance.now() - begun, error);
        if (returned) next();
        else setImmediate(next); // An answer from a cache, given at once: not deeper and deeper.
      });
      returned = true;
    };
    for (let at = 0; at < concurrency; at += 1) next();
  });
}

/** Starts all these lookups at once; measures until each is answered. */
export async function askAtOnce(lookup: Lookup, names: readonly string[]): Promise<Measurement> {
  const latencies = new Latencies();
  const failures = new Failures();
  await Promise.all(
    names.map((name) => {
      const begun = performance.now();
      return new Promise<void>((resolve) => {
        lookup(name, (error) => {
          latencies.record(performance.now() - begun);
          if (error) failures.add(error);
          resolve();
        });
      });
    }),
  );
  return { numbers: latencies.numbers(), latencies: latencies.encode(), failed: failures.byCode() };
}
