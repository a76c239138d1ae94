import { join } from 'node:path';
import type { LoadPlan, LoadResult } from './load';
import { type LabResult, type Mode, type RunOptions, runInLab } from './run-in-lab';

export type { LoadPlan } from './load';

export interface PodLoad extends LabResult, LoadResult {}

const ROOT = join(__dirname, '..', '..');

/** Runs load.ts in the pod of a lab of its own: `plan.lookups` lookups, `plan.concurrency` at a time. */
export async function runLoad(mode: Mode, options: RunOptions, plan: LoadPlan): Promise<PodLoad> {
  const result = await runInLab(mode, { ...options, cwd: ROOT }, loadCommand(plan));
  if (result.exitCode !== 0) throw new Error(`the load exited with ${result.exitCode}: ${result.stderr}`);
  const load: LoadResult = JSON.parse(result.stdout);
  return { ...result, ...load };
}

/** The command that runs load.ts, from this repository as working directory. */
export function loadCommand(plan: LoadPlan): string[] {
  return [process.execPath, '--import', 'tsx', join(__dirname, 'load.ts'), JSON.stringify(plan)];
}
