import type { RecordableHistogram } from 'node:perf_hooks';
import { type ThreadStats, threadStats } from '../native/calls';
import { newHistogram } from '../shared/on-demand';

/** Lookup times in ms, over every lookup that was answered or failed. */
export interface LatencyStats {
  /** Lookups that were timed; with none, everything here is 0. */
  readonly count: number;
  /** The fastest. */
  readonly min: number;
  /** The average. */
  readonly mean: number;
  /** The slowest. */
  readonly max: number;
  /** The median. */
  readonly p50: number;
  /** 95 of 100 took no longer. */
  readonly p95: number;
  /** 99 of 100 took no longer. */
  readonly p99: number;
  /** 999 of 1000 took no longer. */
  readonly p999: number;
}

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

/** What a resolver has done since it was made. Counters only grow. */
export interface ResolverStats {
  /** Lookups asked for, the refused ones included. */
  readonly started: number;
  /** Ended with an address (or a name). */
  readonly answered: number;
  /** Ended with an error, by its code: ENOTFOUND, EAI_AGAIN, ETIMEOUT ... */
  readonly failed: Readonly<Record<string, number>>;
  /** Ended by their deadline; also in `failed`, as ETIMEOUT. */
  readonly timedOut: number;
  /** Ended by their AbortSignal. */
  readonly aborted: number;
  /** Refused because of `maxPending`; also in `failed`, as EAI_AGAIN. */
  readonly refused: number;
  /** getaddrinfo calls that had no answer within `hedge`. */
  readonly stalled: number;
  /** Second and third calls made because of that. */
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
  // Made at the first lookup: a resolver that is never used costs nothing.
  #latency: RecordableHistogram | undefined;

  countFailure(code: string): void {
    this.#failed.set(code, (this.#failed.get(code) ?? 0) + 1);
  }

  /** `ms` is kept in microseconds. */
  countLatency(ms: number): void {
    this.#latency ??= newHistogram();
    this.#latency.record(Math.max(1, Math.round(ms * 1000)));
  }

  snapshot(entries: number): ResolverStats {
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
      latency: this.#latencyStats(),
      threads: threadStats(),
    };
  }

  #latencyStats(): LatencyStats {
    const histogram = this.#latency;
    if (histogram === undefined || histogram.count === 0) {
      return { count: 0, min: 0, mean: 0, max: 0, p50: 0, p95: 0, p99: 0, p999: 0 };
    }
    const at = (percentile: number): number => histogram.percentile(percentile) / 1000;
    const { count, min, mean, max } = histogram;
    return {
      count,
      min: min / 1000,
      mean: mean / 1000,
      max: max / 1000,
      p50: at(50),
      p95: at(95),
      p99: at(99),
      p999: at(99.9),
    };
  }
}
