// For `node --import addrinfo/register`, `--require`, and NODE_OPTIONS: install() with the options that
// the ADDRINFO_* variables give. Whatever is wrong here ends in a warning, and Node's lookup stays.

import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

interface Coded {
  readonly message: string;
  readonly code: string;
}

function problemOf(error: unknown): Coded {
  const message = error instanceof Error ? error.message : String(error);
  const coded = error instanceof Error && 'code' in error;
  return { message, code: coded ? String(error.code) : 'ERR_ADDRINFO_REGISTER' };
}

// Once a process: a worker thread inherits the data of the thread that started it.
function warn({ message, code }: Coded): void {
  const key = `addrinfo ${code} ${message}`;
  if (getEnvironmentData(key) === true) return;
  setEnvironmentData(key, true);
  process.emitWarning(message, { type: 'AddrinfoWarning', code });
}

try {
  // Not at the top: all of these load the addon, which may not be there.
  const { settingsOf }: typeof import('./environment') = require('./environment');
  const { install }: typeof import('./install') = require('./install');
  const { setThreads }: typeof import('./threads') = require('./threads');
  const { resolver, threads, problems } = settingsOf(process.env);
  for (const message of problems) warn({ message: `${message}; it is ignored`, code: 'ERR_ADDRINFO_ENV' });
  if (threads !== undefined) setThreads(threads);
  install(resolver);
} catch (error) {
  warn(problemOf(error));
}
