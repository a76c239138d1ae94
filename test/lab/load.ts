// Runs in the pod: many lookups through one API, a fixed number of them at any time. See pod-load.ts for
// the driver. The plan is the first argument; the result is one line of JSON.
import dns from 'node:dns/promises';
import { Resolver, type ResolverOptions, type ResolverStats } from '../../src/index';

/** What the pod is to do. */
export interface LoadPlan {
  /** `dns.lookup` is Node's own, for comparison. */
  readonly call: 'lookup4' | 'lookup' | 'dns.lookup';
  readonly lookups: number;
  readonly concurrency: number;
  readonly resolver?: ResolverOptions;
}

export interface LoadResult {
  /** Milliseconds of each lookup, failed ones included. */
  readonly latencies: readonly number[];
  /** Failures by code. */
  readonly failed: Readonly<Record<string, number>>;
  /** The different addresses that came back. */
  readonly addresses: readonly string[];
  readonly stats: ResolverStats;
}

async function run(plan: LoadPlan): Promise<LoadResult> {
  const resolver = new Resolver(plan.resolver);
  const resolve = {
    lookup4: (name: string) => resolver.lookup4(name),
    lookup: async (name: string) => (await resolver.promises.lookup(name)).address,
    'dns.lookup': async (name: string) => (await dns.lookup(name)).address,
  }[plan.call];

  const latencies: number[] = [];
  const failed: Record<string, number> = {};
  const addresses = new Set<string>();
  let asked = 0;

  const worker = async (): Promise<void> => {
    while (asked < plan.lookups) {
      // A name of its own, so that none joins another's flight.
      const name = `n${asked}.load.cluster.local.`;
      asked += 1;
      const started = performance.now();
      try {
        addresses.add(await resolve(name));
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
        failed[code] = (failed[code] ?? 0) + 1;
      }
      latencies.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: plan.concurrency }, worker));
  return { latencies, failed, addresses: [...addresses], stats: resolver.stats() };
}

const plan: LoadPlan = JSON.parse(process.argv[2] ?? '');
run(plan).then(
  (result) => console.log(JSON.stringify(result)),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
