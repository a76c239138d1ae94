import type { Ratio } from '../bounds';
import type { Machine } from '../machine';
import type { ScenarioResult } from '../results';

/** results.json. */
export interface Report {
  readonly machine: Machine;
  /** Which server answered where throughput was measured. */
  readonly fastServer: string;
  readonly quick: boolean;
  readonly host?: string;
  readonly minutes: number;
  readonly ratios: readonly Ratio[];
  readonly scenarios: readonly ScenarioResult[];
}
