import { type AddrInfo, constants, type Family, Resolver, setThreads } from '../index';
import { errnos } from '../shared/errors';

/**
 * How a lookup came out. `nodata`: the name is there without an address of this family. `nxdomain`: it is not there.
 * `failed`: libc gave up (EAI_AGAIN and its like). `unanswered`: it had not come back when the probe stopped waiting.
 */
export type Outcome = 'answered' | 'nodata' | 'nxdomain' | 'failed' | 'unanswered';

/** One getaddrinfo call, timed. */
export interface Sample {
  /** 0 is AF_UNSPEC: A and AAAA together. */
  readonly family: Family;
  /** When it was begun: ms, `performance.now()`. */
  readonly at: number;
  /** How long it took, or how long it had been waited for. */
  readonly ms: number;
  readonly outcome: Outcome;
  readonly addresses: readonly string[];
  /** The error's code; absent where there was none. */
  readonly code?: string;
}

/** Nothing was learnt of the name: libc gave up, or had not come back. */
export function isLost({ outcome }: Pick<Sample, 'outcome'>): boolean {
  return outcome === 'failed' || outcome === 'unanswered';
}

/** A stall glibc takes three timeouts for ends at 15 s. */
export const DEADLINE = 16_000;

/** A lookup that was stopped sooner than this was not waiting for anything unusual. */
const UNREMARKABLE = 1000;

const { SOCK_STREAM = 0 } = constants;

/**
 * From now on each call has a thread of its own, so many at once: glibc remembers a stall for the thread it happened on,
 * and hides it from then on.
 */
export function useFreshThreads(most: number): void {
  setThreads({ max: most, hardMax: most, idleTimeout: 0 });
}

function outcomeOf(error: unknown): { outcome: Outcome; code: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'ERROR';
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  if (errno === errnos.EAI_NODATA || errno === errnos.EAI_ADDRFAMILY) return { outcome: 'nodata', code };
  if (errno === errnos.EAI_NONAME) return { outcome: 'nxdomain', code };
  return { outcome: 'failed', code };
}

/**
 * Looks a name up once, as `dns.lookup` would: no hedge, no deadline that libc would see, and in a resolver of its own,
 * so that it shares a flight with no other probe.
 *
 * @param deadline - ms to wait
 * @param stop - gives up at once; the answer then is `undefined` unless the lookup had been stuck already
 * @param resolver - asks otherwise than the system does (one nameserver alone, TCP)
 */
export async function probe(
  name: string,
  family: Family,
  deadline: number,
  stop: AbortSignal,
  resolver: Resolver = new Resolver({ families: 'system', hedge: false, failover: false, timeout: 0 }),
): Promise<Sample | undefined> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const giveUp = (): void => waiting.abort();
  const timer = setTimeout(giveUp, deadline);
  stop.addEventListener('abort', giveUp);
  const at = performance.now();
  const sample = (outcome: Outcome, found: readonly AddrInfo[], code?: string): Sample => ({
    family,
    at,
    ms: performance.now() - at,
    outcome,
    addresses: found.map(({ address }) => address),
    ...(code === undefined ? {} : { code }),
  });
  try {
    return sample(
      'answered',
      await resolver.getaddrinfo(name, null, { family, socktype: SOCK_STREAM, signal }),
    );
  } catch (error) {
    if (signal.aborted) {
      const waited = sample('unanswered', []);
      return stop.aborted && waited.ms < UNREMARKABLE ? undefined : waited;
    }
    const { outcome, code } = outcomeOf(error);
    return sample(outcome, [], code);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', giveUp);
  }
}
