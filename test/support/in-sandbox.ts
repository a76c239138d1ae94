import { describeUnless } from './describe-unless';
import { inSandbox, noSandboxReason } from './fresh-sandbox';

export { restoreEtc, writeHosts, writeResolvConf } from './etc-files';
export { runInFreshSandbox } from './fresh-sandbox';
export { type LoggedQuery, queriesFor, typesAsked, uniqueName } from './query-log';

/** `describeUnless` the sandbox is missing. */
export function describeInSandbox(name: string, tests: () => void): void {
  describeUnless(inSandbox ? undefined : `no sandbox: ${noSandboxReason}`, name, tests);
}
