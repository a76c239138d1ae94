import type { Scenario } from '../scenario';
import { aaaaLost } from './aaaa-lost';
import { abort } from './abort';
import { burst } from './burst';
import { cacheHits } from './cache-hits';
import { conntrackRace } from './conntrack-race';
import { deadNames } from './dead-names';
import { dnsSequential } from './dns-sequential';
import { equalLookups } from './equal-lookups';
import { firstLost } from './first-lost';
import { firstSilent } from './first-silent';
import { hanging } from './hanging';
import { host } from './host';
import { hostsSequential } from './hosts-sequential';
import { importTime } from './import-time';
import { loss } from './loss';
import { matrix } from './matrix';
import { memory } from './memory';
import { outage } from './outage';
import { packets } from './packets';
import { preload } from './preload';
import { recursion } from './recursion';
import { saturatedPool } from './saturated-pool';
import { service } from './service';
import { slowNames } from './slow-names';
import { slowServer } from './slow-server';
import { throughput } from './throughput';

/** Every scenario, in the order of the report. `host` is for --host alone. */
export const SCENARIOS = {
  matrix,
  'hosts-sequential': hostsSequential,
  'dns-sequential': dnsSequential,
  throughput,
  'slow-names': slowNames,
  'aaaa-lost': aaaaLost,
  'first-lost': firstLost,
  'first-silent': firstSilent,
  loss,
  service,
  'slow-server': slowServer,
  recursion,
  outage,
  'dead-names': deadNames,
  'saturated-pool': saturatedPool,
  hanging,
  burst,
  abort,
  'equal-lookups': equalLookups,
  'cache-hits': cacheHits,
  'conntrack-race': conntrackRace,
  memory,
  'import-time': importTime,
  preload,
  packets,
  host,
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}

export function scenarioOf(name: ScenarioName): Scenario {
  return SCENARIOS[name];
}
