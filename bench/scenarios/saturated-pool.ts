import { pbkdf2 } from 'node:crypto';
import { readFile } from 'node:fs';
import { putLoad } from '../load';
import type { Scenario } from '../scenario';

const JOBS = 8;

/** Keeps Node's own pool busy until the process ends. */
function hash(): void {
  pbkdf2('secret', 'salt', 20_000, 64, 'sha512', hash);
}

function read(): void {
  readFile(__filename, read);
}

export const saturatedPool: Scenario = {
  title: "Node's pool full of pbkdf2 and fs",
  shows: 'Lookups beside an application that hashes passwords and reads files.',
  server: 'fast',
  contenders: ['dns-lookup', 'dns-lookup-4', 'dns-lookup-4-threads-64', 'dns-resolve4', 'lookup4', 'lookup'],
  quickContenders: ['dns-lookup-4', 'lookup4'],
  metrics: ['p50', 'p99', 'max', 'perSecond'],
  plot: 'percentiles',
  note: 'The CPUs are busy with the hashes here, whoever resolves.',
  measure(lookup, { quick, unique }) {
    for (let at = 0; at < JOBS; at += 1) {
      hash();
      read();
    }
    const duration = quick ? 1000 : 2000;
    return putLoad(lookup, { name: `u-%d-${unique}.fast.test`, concurrency: 4, warmUp: 200, duration });
  },
};
