import type { NameInfoCall } from '../native/calls';
import type { CallOptions, Policy } from '../options/resolver-options';
import { type Query, queryKey } from '../shared/hostname';
import { type Answer, Attempt, type AttemptEvents, type Cancelable, type Errand } from './attempt';
import { Cache } from './cache';
import { Counters, type ResolverStats } from './counters';
import { type Families, type Family, type Ipv6Experience, lookupFamilies, type Plan } from './families';
import { Admission, type Settled, type Work } from './lifecycle';
import { type Flight, Flights } from './shared-lookups';
import { isTraced, type LookupTrace } from './trace';
import { Caller, deadlineIn } from './waiter';

/** What a caller asks for; checked and complete, the host in ASCII. */
export interface Request extends Omit<Query, 'family' | 'resolver'> {
  /** As the caller wrote it: for messages. */
  readonly hostname: string | undefined;
  readonly families: Families | Family;
}

/** What a caller asks getnameinfo for. */
export type NameQuery = Omit<NameInfoCall, 'resolver'>;

/** One resolver's way from a request to its answer: cache, flights, families, attempts. */
export class Pipeline {
  readonly policy: Policy;
  readonly #counters = new Counters();
  readonly #admission: Admission;
  readonly #flights = new Flights();
  readonly #cache: Cache | undefined;
  readonly #ipv6: Ipv6Experience = { unanswered: false };

  constructor(policy: Policy) {
    this.policy = policy;
    this.#admission = new Admission(policy, this.#counters);
    if (policy.cache !== false) this.#cache = new Cache(policy.cache);
  }

  /** Resolves a name. `settled` is called exactly once, never before this has returned. */
  lookup(request: Request, options: CallOptions, settled: Settled): void {
    const { hostname, families } = request;
    const trace = isTraced() ? { hostname, families, attempts: 0 } : undefined;
    const work: Work = (deadline, done) => this.#fromCache(request, deadline, trace, done);
    this.#admission.admit('getaddrinfo', hostname, options, trace, work, settled);
  }

  /** Asks for the name of an address. As {@link lookup}; neither cached nor shared. */
  lookupName(asked: NameQuery, options: CallOptions, settled: Settled): void {
    const call = { ...asked, resolver: this.policy.resolv };
    const work: Work = (deadline, done) => {
      return this.#attempt(call, { deadline, beside: false }, undefined, undefined, done);
    };
    this.#admission.admit('getnameinfo', call.address, options, undefined, work, settled);
  }

  stats(): ResolverStats {
    return this.#counters.snapshot(this.#cache?.size ?? 0);
  }

  clearCache(node?: string): void {
    this.#cache?.clear(node);
  }

  #fromCache(
    request: Request,
    deadline: number,
    trace: LookupTrace | undefined,
    done: (answer: Answer) => void,
  ): Cancelable {
    const key = queryKey(request);
    const cache = this.#cache;
    if (cache === undefined) return this.#inFlight(key, request, deadline, trace, done);

    const cached = cache.get(key);
    if (cached === undefined) {
      this.#counters.cacheMisses += 1;
      return this.#inFlight(key, request, deadline, trace, done);
    }
    if (trace !== undefined) trace.source = 'cache';
    if (cached.stale) {
      this.#counters.cacheStale += 1;
      cache.refresh(key, (finished) => {
        const until = deadlineIn(this.policy.timeout, performance.now());
        const refresh = this.#inFlight(key, request, until, undefined, leave);
        const bound = new Caller(this.policy.timeout, undefined, () => {
          refresh.cancel();
          finished();
        });
        function leave(): void {
          bound.leave();
          finished();
        }
      });
    } else {
      this.#counters.cacheHits += 1;
    }
    return later(() => done(cached.answer));
  }

  #inFlight(
    key: string,
    request: Request,
    deadline: number,
    trace: LookupTrace | undefined,
    done: (answer: Answer) => void,
  ): Cancelable {
    const keep = this.#cache?.slot(key, request.node ?? '');
    const flight = this.#flights.join(
      key,
      deadline,
      (taken) =>
        this.#families(request, deadline, trace, taken, (answer) => {
          keep?.(answer);
          taken.landed(answer);
        }),
      done,
    );
    if (flight.joined) this.#counters.coalesced += 1;
    if (trace !== undefined) trace.source = flight.joined ? 'flight' : 'wire';
    return flight;
  }

  #families(
    request: Request,
    deadline: number,
    trace: LookupTrace | undefined,
    flight: Flight,
    done: (answer: Answer) => void,
  ): Cancelable {
    const { families, flags, node, service, socktype, protocol, whole } = request;
    const { resolutionDelay, resolv: resolver } = this.policy;
    const plan: Plan = { families, flags, resolutionDelay, ipv6: this.#ipv6 };
    return lookupFamilies(
      plan,
      (family, askedFlags, patience, answered) => {
        const query = { node, service, family, socktype, protocol, flags: askedFlags, whole, resolver };
        const until = patience === Infinity ? deadline : Math.min(deadline, performance.now() + patience);
        const errand: Errand = { deadline: until, beside: families === 'dual' };
        return this.#attempt(query, errand, trace, flight, answered);
      },
      done,
    );
  }

  #attempt(
    call: Query | NameInfoCall,
    errand: Errand,
    trace: LookupTrace | undefined,
    flight: Flight | undefined,
    done: (answer: Answer) => void,
  ): Attempt {
    if (trace !== undefined) trace.attempts += 1;
    const account = new Account(this.#counters, trace, flight);
    return new Attempt(call, errand, this.policy.hedge, account, done);
  }
}

/** What an attempt does, counted and traced. */
class Account implements AttemptEvents {
  readonly #counters: Counters;
  readonly #trace: LookupTrace | undefined;
  readonly #flight: Flight | undefined;

  constructor(counters: Counters, trace: LookupTrace | undefined, flight: Flight | undefined) {
    this.#counters = counters;
    this.#trace = trace;
    this.#flight = flight;
  }

  stalled(): void {
    this.#counters.stalled += 1;
    this.#flight?.stalled();
  }

  hedged(): void {
    this.#counters.hedged += 1;
    if (this.#trace !== undefined) this.#trace.attempts += 1;
  }

  hedgeWon(): void {
    this.#counters.hedgeWins += 1;
  }
}

// At the next tick, unless it is canceled before.
function later(work: () => void): Cancelable {
  let wanted = true;
  process.nextTick(() => {
    if (wanted) work();
  });
  return {
    cancel: () => {
      wanted = false;
    },
  };
}
