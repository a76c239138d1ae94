import { type ThreadStats, threadStats } from '../native/calls';
import { Latency, type LatencyStats } from './latency';
import type { NameserverStats } from './nameserver';
import type { NameserverMemory } from './nameservers';

/** What came of asking a resolver's cache. */
export interface CacheStats {
  /** Served within their ttl. */
  readonly hits: number;
  /** Served past their ttl, within staleTtl. */
  readonly stale: number;
  /** Not there: getaddrinfo was asked. */
  readonly misses: number;
  /** Answers kept now. */
  readonly entries: number;
}

/** When calls are made again. */
export interface HedgeStats {
  /** ms after which a call is late now; false: never. With `'auto'`, before it is made longer by up to a tenth. */
  readonly delay: number | false;
  /** With `'auto'`: hedges that may be made now. Answers fill it, hedges that nobody answers drain it. */
  readonly budget?: number;
}

/** What a resolver has done since it was made. Counters only grow. */
export interface ResolverStats {
  /** Lookups asked for, the refused ones included. */
  readonly started: number;
  /** Ended with an address (or a name). */
  readonly answered: number;
  /** Ended with an error, by the code that the caller got: ENOTFOUND, EAI_AGAIN, ETIMEOUT ... */
  readonly failed: Readonly<Record<string, number>>;
  /** Ended by their deadline; also in `failed`, by the code that the caller got. */
  readonly timedOut: number;
  /** Ended by their AbortSignal. */
  readonly aborted: number;
  /** Refused because of `maxPending`; also in `failed`, as EAI_AGAIN. */
  readonly refused: number;
  /** getaddrinfo calls that were late: without an answer after `hedge`. */
  readonly stalled: number;
  /** Calls made again because of that. */
  readonly hedged: number;
  /** Answers that came from a hedge. */
  readonly hedgeWins: number;
  /** Lookups that joined one under way. */
  readonly coalesced: number;
  /** What came of asking the cache; zeros where there is none. */
  readonly cache: CacheStats;
  /** Lookups waiting or running now. */
  readonly pending: number;
  /** How long lookups took. */
  readonly latency: LatencyStats;
  /** When calls are made again. */
  readonly hedge: HedgeStats;
  /** The nameservers that libc has, in its order; shared by all resolvers with these. Empty where libc does not tell. */
  readonly nameservers: readonly NameserverStats[];
  /** The shared pool, over all resolvers: queued, running, abandoned, threads. */
  readonly threads: ThreadStats;
}

/** The counters behind {@link ResolverStats}. */
export class Counters {
  started = 0;
  answered = 0;
  timedOut = 0;
  aborted = 0;
  refused = 0;
  stalled = 0;
  hedged = 0;
  hedgeWins = 0;
  coalesced = 0;
  cacheHits = 0;
  cacheStale = 0;
  cacheMisses = 0;
  pending = 0;
  readonly #failed = new Map<string, number>();
  readonly #latency = new Latency();

  countFailure(code: string): void {
    this.#failed.set(code, (this.#failed.get(code) ?? 0) + 1);
  }

  countLatency(ms: number): void {
    this.#latency.record(ms);
  }

  snapshot(entries: number, hedge: 'auto' | number | false, memory: NameserverMemory): ResolverStats {
    const { started, answered, timedOut, aborted, refused } = this;
    const { stalled, hedged, hedgeWins, coalesced, pending } = this;
    return {
      started,
      answered,
      failed: Object.fromEntries(this.#failed),
      timedOut,
      aborted,
      refused,
      stalled,
      hedged,
      hedgeWins,
      coalesced,
      cache: { hits: this.cacheHits, stale: this.cacheStale, misses: this.cacheMisses, entries },
      pending,
      latency: this.#latency.snapshot(),
      hedge:
        hedge === 'auto' ? { delay: memory.presentDelay(), budget: memory.budget.credit } : { delay: hedge },
      nameservers: memory.stats(),
      threads: threadStats(),
    };
  }
}
