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

/** One resolver's way from a question to its answer. */
export class Pipeline {
  readonly policy: ResolverPolicy;
  readonly #memory: () => NameserverMemory;
  readonly #counters = new Counters();
  readonly #shared = new SharedLookups();
  readonly #lifecycle: Lifecycle;
  readonly #cache: Cache | undefined;
  readonly #resolve: Stage;
  readonly #resolveName: Stage<NameQuestion>;

  constructor(policy: ResolverPolicy, ground: Ground = groundOf(policy)) {
    const { clock } = ground;
    this.policy = policy;
    this.#lifecycle = new Lifecycle(policy, this.#counters, clock);
    this.#memory = ground.memory;
    const { hedge, failover, resolv } = policy;
    const calls = { hedge, failover, hasOwnSettings: resolv !== undefined, memory: ground.memory };
    const attempt = hedged(ground.start, calls, clock);
    const families = {
      resolutionDelay: policy.resolutionDelay,
      rescueAfter: () => (hedge === 'auto' ? ground.memory().presentDelay() : hedge || RESCUE_AFTER),
      courseOf: ground.courseOf,
      hidesFailures: ground.hidesFailures,
      isCrowded: ground.isCrowded,
    };
    const shared = this.#shared.stage(byFamilies(attempt, families, clock));
    if (policy.cache === false) this.#resolve = shared;
    else {
      this.#cache = new Cache(policy.cache, clock);
      this.#resolve = this.#cache.stage(shared, (question, finished) =>
        this.#lifecycle.refresh(question, this.#resolve, finished),
      );
    }
    this.#resolveName = attempt;
  }

  /** Resolves a name. `ended` is called exactly once, never before this has returned. */
  lookup(question: AddressQuestion, limits: CallLimits, inNodesPlace: boolean, ended: Ended): void {
    const { hostname, families, family } = question;
    const trace = isTraced() ? { hostname, families: families ?? family, attempts: 0 } : undefined;
    const purpose = { syscall: 'getaddrinfo', hostname, inNodesPlace, trace } as const;
    this.#lifecycle.run(question, this.#resolve, limits, purpose, ended);
  }

  /** Asks for the name of an address. As {@link lookup}; neither cached nor shared. */
  lookupName(question: NameQuestion, ended: Ended): void {
    const hostname = question.address;
    const purpose = { syscall: 'getnameinfo', hostname, inNodesPlace: true, trace: undefined } as const;
    this.#lifecycle.run(question, this.#resolveName, {}, purpose, ended);
  }

  stats(): ResolverStats {
    return this.#counters.snapshot(this.#cache?.size ?? 0, this.policy.hedge, this.#memory());
  }

  /** Forgets a name, or all: its cached answers, those on their way, and lookups that others could join. */
  clearCache(node?: string): void {
    this.#cache?.clear(node);
    this.#shared.close(node);
  }
}
