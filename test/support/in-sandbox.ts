import { describe, test } from 'vitest';
import { inSandbox, noSandboxReason } from './fresh-sandbox';

export { restoreEtc, writeEtc, writeGaiConf, writeHosts, writeNsswitch, writeResolvConf } from './etc-files';
export {
  type FreshSandboxOptions,
  type FreshSandboxResult,
  inSandbox,
  noSandboxReason,
  runInFreshSandbox,
} from './fresh-sandbox';
export { allQueries, type LoggedQuery, queriesFor, uniqueName } from './query-log';

let reported = false;

/**
 * `describe` for tests that need the sandbox. Outside one they are skipped, and the run says why; where CI=true, one
 * failing test takes their place.
 */
export function describeInSandbox(name: string, tests: () => void): void {
  if (inSandbox) {
    describe(name, tests);
    return;
  }
  if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error(`needs the sandbox: ${noSandboxReason}`);
    });
    return;
  }
  if (!reported) console.warn(`skipped, no sandbox: ${noSandboxReason}`);
  reported = true;
  describe.skip(`${name} (skipped, no sandbox)`, tests);
}
