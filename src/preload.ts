import { install } from './install';
import { setThreads } from './options/thread-options';
import { settingsOf } from './register-options';

/** What there is to warn of. */
export interface Problem {
  readonly message: string;
  readonly code: string;
}

/** {@link install} with the options that the ADDRINFO_* variables give; tells of those that are no good. */
export function preload(environment: NodeJS.ProcessEnv, warn: (problem: Problem) => void): void {
  const { resolver, threads, problems } = settingsOf(environment);
  for (const message of problems) warn({ message: `${message}; it is ignored`, code: 'ERR_ADDRINFO_ENV' });
  if (threads !== undefined) setThreads(threads);
  install(resolver);
}
