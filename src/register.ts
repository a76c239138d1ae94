// For `node --import addrinfo/register`, `--require`, and NODE_OPTIONS: install() with the options that
// the ADDRINFO_* variables give. Whatever is wrong here ends in a warning, and Node's lookup stays.

import { FROM_ENVIRONMENT } from './from-environment';
import type { installFromEnvironment, Problem } from './register-options';

function problemOf(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  const coded = error instanceof Error && 'code' in error;
  return { message, code: coded ? String(error.code) : 'ERR_ADDRINFO_REGISTER' };
}

// Once a process: a worker thread inherits the data of the thread that started it.
function warn({ message, code }: Problem): void {
  // Loaded here and not at the top: it takes two milliseconds, and there is seldom anything to warn of.
  const { getEnvironmentData, setEnvironmentData }: typeof import('node:worker_threads') =
    require('node:worker_threads');
  const key = `addrinfo ${code} ${message}`;
  if (getEnvironmentData(key) === true) return;
  setEnvironmentData(key, true);
  process.emitWarning(message, { type: 'AddrinfoWarning', code });
}

try {
  // Not at the top: it loads the addon, which may not be there.
  const { install }: typeof import('./index') = require('./index.js');
  const fromEnvironment: typeof installFromEnvironment = Reflect.get(install, FROM_ENVIRONMENT);
  fromEnvironment(process.env, warn);
} catch (error) {
  warn(problemOf(error));
}
