import { install } from './install';
import { milliseconds, wholeNumber } from './options/checks';
import { parseResolv } from './options/resolv';
import { HEDGES, parseFamilies, parseHedge, type ResolverOptions } from './options/resolver-options';
import { areThreadsSet, MAX_THREADS, setThreads, type ThreadOptions } from './options/thread-options';
import { valueError } from './shared/errors';

/** What the environment asks for. */
export interface Settings {
  /** Undefined where no variable says anything about the resolver. */
  readonly resolver: ResolverOptions | undefined;
  readonly threads: ThreadOptions | undefined;
  /** A sentence for each variable with an invalid value; its default holds then. */
  readonly problems: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

// What is not a number stays text, for the message of the check that follows.
function numeric(text: string): unknown {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function duration(name: string, text: string): number {
  return milliseconds(name, numeric(text), 0, 0);
}

function hedgeOf(name: string, text: string): 'auto' | number | false {
  const hedge = text === 'false' ? false : numeric(text);
  if (hedge === 0) throw valueError(name, HEDGES, text);
  return parseHedge(name, hedge);
}

/**
 * Reads the ADDRINFO_* variables. An empty one counts as absent. An invalid value is left out and reported in
 * `problems`: an accelerator never takes an application down.
 */
export function settingsOf(environment: Environment): Settings {
  const problems: string[] = [];

  function read<T>(name: string, parse: (name: string, text: string) => T): T | undefined {
    const text = environment[name]?.trim();
    if (text === undefined || text === '') return undefined;
    try {
      return parse(name, text);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  const families = read('ADDRINFO_FAMILIES', parseFamilies);
  const timeout = read('ADDRINFO_TIMEOUT', duration);
  const hedge = read('ADDRINFO_HEDGE', hedgeOf);
  const ttl = read('ADDRINFO_CACHE_TTL', duration);
  const max = read('ADDRINFO_THREADS', (name, text) => wholeNumber(name, numeric(text), 1, MAX_THREADS, 1));
  const resolv = read('ADDRINFO_RESOLV', (name, text) => {
    parseResolv(name, text);
    return text;
  });
  const resolver: ResolverOptions = {
    ...(families === undefined ? {} : { families }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(hedge === undefined ? {} : { hedge }),
    ...(ttl === undefined || ttl === 0 ? {} : { cache: { ttl } }),
    ...(resolv === undefined ? {} : { resolv }),
  };
  return {
    resolver: Object.keys(resolver).length > 0 ? resolver : undefined,
    threads: max === undefined ? undefined : { max },
    problems,
  };
}

/** What there is to warn of. */
export interface Problem {
  readonly message: string;
  readonly code: string;
}

// Node takes two milliseconds to load `worker_threads`.
function isMainThread(): boolean {
  const threads: typeof import('node:worker_threads') = require('node:worker_threads');
  return threads.isMainThread;
}

/**
 * {@link install} with the options that the ADDRINFO_* variables give. Invalid values are reported. The thread pool is
 * one for the whole process: a worker thread does not undo what the code has set since.
 */
export function installFromEnvironment(environment: Environment, warn: (problem: Problem) => void): void {
  const { resolver, threads, problems } = settingsOf(environment);
  for (const message of problems) warn({ message: `${message}; it is ignored`, code: 'ERR_ADDRINFO_ENV' });
  if (threads !== undefined && (isMainThread() || !areThreadsSet())) setThreads(threads);
  install(resolver);
}
