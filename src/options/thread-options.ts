import { setThreadLimits, type ThreadStats, threadStats } from '../native/calls';
import { fieldsOf, milliseconds, wholeNumber } from './checks';

/** The bounds of the pool that all resolvers share, in all threads of the process. */
export interface ThreadOptions {
  /** Calls that run at their normal pace at once: what the nameserver feels. Default 16. */
  readonly max?: number;
  /** Threads at all, those in slow or abandoned calls included. Default 128, and at least `max`. */
  readonly hardMax?: number;
  /** ms after which an idle thread goes. Default 10000. */
  readonly idleTimeout?: number;
}

/** Each costs 8 MiB of address space; beyond this the mistake is likelier. */
export const MAX_THREADS = 4096;

/**
 * Sets the shared pool's bounds; what is left out stays as it is. A TypeError names what is wrong.
 */
export function setThreads(options: ThreadOptions): void {
  const fields = fieldsOf('options', options, ['max', 'hardMax', 'idleTimeout']);
  const now: ThreadStats = threadStats();
  const max = wholeNumber('options.max', fields['max'], 1, MAX_THREADS, now.max);
  const hardMax = wholeNumber(
    'options.hardMax',
    fields['hardMax'],
    max,
    MAX_THREADS,
    Math.max(max, now.hardMax),
  );
  setThreadLimits(
    max,
    hardMax,
    milliseconds('options.idleTimeout', fields['idleTimeout'], 0, now.idleTimeout),
  );
}

/** Whether anybody in this process has set the pool's bounds to something else than the default. */
export function areThreadsSet(): boolean {
  const { max, hardMax, idleTimeout } = threadStats();
  return max !== 16 || hardMax !== 128 || idleTimeout !== 10_000;
}
