import { describeUnless } from '../describe-unless';
import { inSandbox, noSandboxReason } from './fresh-sandbox';

export { type LoggedQuery, queriesFor, typesAsked, uniqueName } from '../dns-server/query-log';
export { restoreEtc, writeHosts, writeResolvConf } from './etc-files';
export { runInFreshSandbox } from './fresh-sandbox';

/** `describeUnless` the sandbox is missing. */
export function describeInSandbox(name: string, tests: () => void): void {
  describeUnless(inSandbox ? undefined : `no sandbox: ${noSandboxReason}`, name, tests);
}
