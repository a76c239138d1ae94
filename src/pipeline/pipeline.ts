import { isCrowded } from '../native/calls';
import type { CallLimits, ResolverPolicy } from '../options/resolver-options';
import { type Course, courseOf, hidesFailures, ResolverSearchPath } from '../system/course';
import { hedged } from './attempt';
import { Cache } from './cache';
import { type Clock, eventLoopClock } from './clock';
import { Counters, type ResolverStats } from './counters';
import { byFamilies } from './families';
import { type Ended, Lifecycle } from './lifecycle';
import { ResolverNameservers } from './nameserver-lists';
import type { NameserverMemory } from './nameservers';
import { SharedLookups } from './shared-lookups';
import type { AddressQuestion, NameQuestion, Stage } from './stage';
import { native, type StartCall } from './start-call';
import { isTraced } from './trace';

/** ms after which an AF_UNSPEC call is late where the resolver does not hedge. */
const RESCUE_AFTER = 300;

/** What a pipeline stands on; tests have their own. */
export interface Ground {
  readonly start: StartCall;
  readonly clock: Clock;
  /** What is known of the nameservers. */
  memory(): NameserverMemory;
  courseOf(node: string): Course;
  hidesFailures(): boolean;
  isCrowded(): boolean;
}

function groundOf({ resolv }: ResolverPolicy): Ground {
  const path = new ResolverSearchPath(resolv);
  const nameservers = new ResolverNameservers(resolv, eventLoopClock);
  return {
    start: native(resolv),
    clock: eventLoopClock,
    memory: () => nameservers.memory(),
    courseOf: (node) => courseOf(node, path),
    hidesFailures,
    isCrowded,
  };
}

/** The stages of one resolver, and what they share. */
interface Stages {
  readonly memory: () => NameserverMemory;
  readonly counters: Counters;
  readonly shared: SharedLookups;
  readonly lifecycle: Lifecycle;
  readonly cache: Cache | undefined;
  readonly resolve: Stage;
  readonly resolveName: Stage<NameQuestion>;
}

function composed(policy: ResolverPolicy, ground: Ground): Stages {
  const { clock, memory } = ground;
  const { hedge, failover, resolv } = policy;
  const counters = new Counters();
  const lifecycle = new Lifecycle(policy, counters, clock);
  const calls = { hedge, failover, hasOwnSettings: resolv !== undefined, memory };
  const resolveName = hedged(ground.start, calls, clock);
  const families = {
    resolutionDelay: policy.resolutionDelay,
    rescueAfter: () => (hedge === 'auto' ? memory().presentDelay() : hedge || RESCUE_AFTER),
    courseOf: ground.courseOf,
    hidesFailures: ground.hidesFailures,
    isCrowded: ground.isCrowded,
  };
  const shared = new SharedLookups();
  const byFamily = shared.stage(byFamilies(resolveName, families, clock));
  const common = { memory, counters, shared, lifecycle, resolveName };
  if (policy.cache === false) return { ...common, cache: undefined, resolve: byFamily };
  const cache = new Cache(policy.cache, clock);
  const resolve: Stage = cache.stage(byFamily, (question, finished) =>
    lifecycle.refresh(question, resolve, finished),
  );
  return { ...common, cache, resolve };
}

/** One resolver's way from a question to its answer. */
export class Pipeline {
  readonly policy: ResolverPolicy;
  readonly #ground: Ground | undefined;
  #composed: Stages | undefined;

  constructor(policy: ResolverPolicy, ground?: Ground) {
    this.policy = policy;
    this.#ground = ground;
  }

  // At the first lookup: it takes half a millisecond, and many a process that loads the package makes none.
  #stages(): Stages {
    this.#composed ??= composed(this.policy, this.#ground ?? groundOf(this.policy));
    return this.#composed;
  }

  /** Resolves a name. `ended` is called exactly once, never before this has returned. */
  lookup(question: AddressQuestion, limits: CallLimits, inNodesPlace: boolean, ended: Ended): void {
    const { hostname, families, family } = question;
    const trace = isTraced() ? { hostname, families: families ?? family, attempts: 0 } : undefined;
    const purpose = { syscall: 'getaddrinfo', hostname, inNodesPlace, trace } as const;
    const { lifecycle, resolve } = this.#stages();
    lifecycle.run(question, resolve, limits, purpose, ended);
  }

  /** Asks for the name of an address. As {@link lookup}; neither cached nor shared. */
  lookupName(question: NameQuestion, ended: Ended): void {
    const hostname = question.address;
    const purpose = { syscall: 'getnameinfo', hostname, inNodesPlace: true, trace: undefined } as const;
    const { lifecycle, resolveName } = this.#stages();
    lifecycle.run(question, resolveName, {}, purpose, ended);
  }

  stats(): ResolverStats {
    const { counters, cache, memory } = this.#stages();
    return counters.snapshot(cache?.size ?? 0, this.policy.hedge, memory());
  }

  /** Forgets a name, or all: its cached answers, those on their way, and lookups that others could join. */
  clearCache(node?: string): void {
    this.#composed?.cache?.clear(node);
    this.#composed?.shared.close(node);
  }
}
