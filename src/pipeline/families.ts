import { type Answer, failure, found, isFound, isNoData, isTransient } from '../native/answer';
import { constants } from '../native/constants';
import { errnos } from '../shared/errors';
import type { Course } from '../system/course';
import type { Clock } from './clock';
import { Lru } from './lru';
import type { AddressQuestion, Cancelable, Lookup, Stage } from './stage';

/** What decides how a resolver's lookups ask for a name. */
export interface FamiliesPolicy {
  /** ms that an answer waits for the other family (RFC 8305, section 3). */
  readonly resolutionDelay: number;
  /** ms after which an AF_UNSPEC call is late. */
  readonly rescueAfter: number;
  courseOf(node: string): Course;
  /** Calls left behind are about to take all threads. */
  isCrowded(): boolean;
}

const { AI_ADDRCONFIG = 0, AI_V4MAPPED = 0, AI_ALL = 0 } = constants;

/** ms for which a name that only AF_UNSPEC finds is asked for in that way at once. */
const REMEMBERED = 300_000;
const MAX_REMEMBERED = 1000;

/** ms, the least timeout that glibc can have. */
const LEAST_TIMEOUT = 1000;

/** ms before its deadline at which 'system' takes an A alone rather than nothing. */
const LAST_MOMENT = 1000;

const NO_WORK: readonly Cancelable[] = [];

/** What a strategy may change of the question. */
type Change = Partial<Pick<AddressQuestion, 'family' | 'candidates' | 'flags' | 'maxHedges'>>;

/** One lookup's questions under way. */
abstract class Strategy implements Cancelable {
  protected readonly lookup: Lookup;
  protected readonly policy: FamiliesPolicy;
  readonly #next: Stage;
  readonly #clock: Clock;
  readonly #done: (answer: Answer) => void;
  readonly #begun: number;
  #work: readonly Cancelable[] = NO_WORK;

  constructor(lookup: Lookup, tools: Tools, done: (answer: Answer) => void) {
    this.lookup = lookup;
    this.policy = tools.policy;
    this.#next = tools.next;
    this.#clock = tools.clock;
    this.#begun = tools.clock.now();
    this.#done = done;
  }

  abstract start(): void;

  cancel(): void {
    const work = this.#work;
    this.#work = NO_WORK;
    for (const one of work) one.cancel();
  }

  protected ask(change: Change, done: (answer: Answer) => void): void {
    const { question } = this.lookup;
    // The two mapping flags mean something with AF_INET6 only, which was not the caller's choice.
    const flags = change.family === 6 ? question.flags & ~(AI_V4MAPPED | AI_ALL) : question.flags;
    const asked = { ...question, families: undefined, flags, ...change };
    this.#add(this.#next({ ...this.lookup, question: asked }, done));
  }

  protected after(ms: number, due: () => void): void {
    this.#add(this.#clock.after(ms, due));
  }

  /** libc has given up waiting, which AF_UNSPEC would too: an address of the other family does not help it. */
  protected isTimeout(answer: Answer): boolean {
    return isTransient(answer) && this.#clock.now() - this.#begun >= LEAST_TIMEOUT;
  }

  protected timeLeft(): number {
    return this.lookup.deadline - this.#clock.now();
  }

  protected settle(answer: Answer): void {
    this.cancel();
    this.#done(answer);
  }

  #add(work: Cancelable): void {
    this.#work = this.#work.length === 0 ? [work] : [...this.#work, work];
  }
}

interface Tools {
  readonly next: Stage;
  readonly policy: FamiliesPolicy;
  readonly clock: Clock;
  /** Names that were found by AF_UNSPEC only, and until when that is remembered. */
  readonly onlyBySystem: Lru<string, number>;
}

/** AF_INET. A refusal by AI_ADDRCONFIG is not the caller's doing: AF_UNSPEC would not have been refused. */
class Ipv4Only extends Strategy {
  start(): void {
    this.ask({ family: 4 }, (answer) => {
      if (!answer.noLocalAddress) this.settle(answer);
      else {
        const flags = this.lookup.question.flags & ~AI_ADDRCONFIG;
        this.ask({ family: 4, flags }, (again) => this.settle(again));
      }
    });
  }
}

/** What both strategies that ask for one family do where that cannot tell what AF_UNSPEC would find. */
abstract class Split extends Strategy {
  readonly #tools: Tools;

  constructor(lookup: Lookup, tools: Tools, done: (answer: Answer) => void) {
    super(lookup, tools, done);
    this.#tools = tools;
  }

  start(): void {
    const { node } = this.lookup.question;
    const course: Course =
      node === null || this.#isOnlyBySystem(node) ? { kind: 'system' } : this.policy.courseOf(node);
    switch (course.kind) {
      case 'system':
        this.askSystem();
        break;
      case 'system-with-rescue':
        this.askSystem();
        this.#rescue(course.candidates);
        break;
      case 'first':
        this.splitFirst(course.candidates, course.asksOneByOne);
        break;
      case 'walk':
        this.splitWalk(course.candidates, course.asksOneByOne);
        break;
    }
  }

  protected abstract splitFirst(candidates: readonly string[], asksOneByOne: boolean): void;
  protected abstract splitWalk(candidates: readonly string[], asksOneByOne: boolean): void;

  protected askSystem(): void {
    this.ask({ family: 0 }, (answer) => this.settle(answer));
  }

  /** What was asked does not say what AF_UNSPEC would find. The name's next lookup asks that at once. */
  protected leaveToSystem(): void {
    const { node } = this.lookup.question;
    this.cancel();
    this.ask({ family: 0 }, (answer) => {
      if (isFound(answer) && node !== null)
        this.#tools.onlyBySystem.set(node, this.#tools.clock.now() + REMEMBERED);
      this.settle(answer);
    });
  }

  // Where the first candidate has an A record, AF_UNSPEC finds that too, were its AAAA not lost.
  #rescue(candidates: readonly string[]): void {
    this.after(this.policy.rescueAfter, () => {
      this.ask({ family: 4, candidates: candidates.slice(0, 1) }, (answer) => {
        if (isFound(answer)) this.settle(answer);
      });
    });
  }

  #isOnlyBySystem(node: string): boolean {
    const until = this.#tools.onlyBySystem.get(node);
    if (until === undefined) return false;
    if (this.#tools.clock.now() < until) return true;
    this.#tools.onlyBySystem.delete(node);
    return false;
  }
}

/** AF_INET; AF_INET6 only where the name has no A record (Envoy's V4_PREFERRED). */
class Ipv4First extends Split {
  protected splitFirst(candidates: readonly string[]): void {
    this.ask({ family: 4, candidates: candidates.slice(0, 1) }, (ipv4) => {
      if (isFound(ipv4)) this.settle(ipv4);
      else this.leaveToSystem();
    });
  }

  protected splitWalk(candidates: readonly string[], asksOneByOne: boolean): void {
    this.ask({ family: 4, candidates }, (ipv4) => {
      const isOnly = candidates.length === 1;
      // AF_UNSPEC then asks for no AAAA at all.
      const isEnd = asksOneByOne && isTransient(ipv4);
      if (isFound(ipv4) || isNoName(ipv4)) this.settle(ipv4);
      else if (isOnly && isEnd && !this.isTimeout(ipv4)) this.settle(ipv4);
      else if (ipv4.noLocalAddress || isEnd || this.isTimeout(ipv4)) this.leaveToSystem();
      else this.#askIpv6(candidates, ipv4, isOnly || (isNoData(ipv4) && isLast(ipv4, candidates)));
    });
  }

  // `isFinal`: libc would not walk on either.
  #askIpv6(candidates: readonly string[], ipv4: Answer, isFinal: boolean): void {
    const at = ipv4.candidate;
    this.ask({ family: 6, candidates: candidates.slice(at, at + 1) }, (ipv6) => {
      if (isFound(ipv6)) this.settle(ipv6);
      else if (!isFinal) this.leaveToSystem();
      else this.settle(isTransient(ipv4) && !isTransient(ipv6) ? ipv6 : ipv4);
    });
  }
}

function isLast({ candidate }: Answer, candidates: readonly string[]): boolean {
  return candidate === candidates.length - 1;
}

/** Both at once, each on its own thread and socket; IPv4 addresses come first in the answer. */
class Dual extends Split {
  #ipv4: Answer | undefined;
  #ipv6: Answer | undefined;
  #asksOneByOne = false;

  protected splitFirst(candidates: readonly string[], asksOneByOne: boolean): void {
    this.#split(candidates.slice(0, 1), false, asksOneByOne);
  }

  protected splitWalk(candidates: readonly string[], asksOneByOne: boolean): void {
    this.#split(candidates, true, asksOneByOne);
  }

  // `isFinal`: no module after the nameservers makes "no such name" of NODATA. Where every AAAA is lost, each lookup
  // leaves its AAAA call behind in libc: before those take all threads, only A is asked for.
  #split(candidates: readonly string[], isFinal: boolean, asksOneByOne: boolean): void {
    this.#asksOneByOne = asksOneByOne;
    // Hedges must not multiply a walk that asks two questions a candidate.
    const more = candidates.length > 1 ? { candidates, maxHedges: 1 } : { candidates };
    this.ask({ family: 4, ...more }, (answer) => {
      this.#ipv4 = answer;
      this.#next(candidates.length, isFinal);
    });
    if (this.policy.isCrowded()) this.#ipv6 = failure(errnos.EAI_AGAIN);
    else {
      this.ask({ family: 6, ...more }, (answer) => {
        this.#ipv6 = answer;
        this.#next(candidates.length, isFinal);
      });
    }
  }

  #next(count: number, isFinal: boolean): void {
    const [ipv4, ipv6] = [this.#ipv4, this.#ipv6];
    if (ipv4 !== undefined && ipv6 !== undefined) this.#both(ipv4, ipv6, count, isFinal);
    else if (ipv4 !== undefined && isFinal && isNoName(ipv4)) this.settle(ipv4);
    else {
      const one = ipv4 ?? ipv6;
      if (one !== undefined && isFound(one)) this.after(this.policy.resolutionDelay, () => this.settle(one));
    }
  }

  #both(ipv4: Answer, ipv6: Answer, count: number, isFinal: boolean): void {
    const isLast = count - 1 === Math.max(ipv4.candidate, ipv6.candidate);
    if (isFound(ipv4) && isFound(ipv6) && ipv4.candidate === ipv6.candidate) {
      const entries = [...ipv4.entries, ...ipv6.entries];
      this.settle(found([...ipv4.addresses, ...ipv6.addresses], ipv4.candidate, entries));
    } else if (
      isFound(ipv4) &&
      (isFound(ipv6) ? ipv4.candidate < ipv6.candidate : ipv4.candidate <= ipv6.candidate)
    ) {
      this.settle(ipv4);
    } else if (
      isFound(ipv6) &&
      isFinal &&
      (this.isTimeout(ipv4) || (this.#asksOneByOne && isTransient(ipv4)))
    )
      this.leaveToSystem();
    else if (isFound(ipv6) && ipv6.candidate <= ipv4.candidate) this.settle(ipv6);
    else if (isFound(ipv4) && !isNoData(ipv6)) this.settle(ipv4);
    else if (isFinal && isNoName(ipv4) && isNoName(ipv6)) this.settle(ipv4);
    else if (isFinal && isLast && isNoData(ipv4) && isNoData(ipv6)) this.settle(ipv4);
    else this.leaveToSystem();
  }
}

/** One AF_UNSPEC call, as Node makes it. An A alone, where AAAA never comes, is taken at the last moment. */
class System extends Strategy {
  start(): void {
    this.ask({ family: 0 }, (answer) => this.settle(answer));
    const { node } = this.lookup.question;
    const left = this.timeLeft();
    if (node === null || left === Number.POSITIVE_INFINITY) return;
    this.after(left - Math.min(LAST_MOMENT, left / 2), () => this.#lastMoment(node));
  }

  #lastMoment(node: string): void {
    const course = this.policy.courseOf(node);
    if (course.kind === 'system') return;
    this.ask({ family: 4, candidates: course.candidates.slice(0, 1) }, (answer) => {
      if (isFound(answer)) this.settle(answer);
    });
  }
}

function isNoName(answer: Answer): boolean {
  return answer.errno === errnos.EAI_NONAME && !answer.noLocalAddress;
}

const STRATEGIES = { 'ipv4-only': Ipv4Only, 'ipv4-first': Ipv4First, dual: Dual, system: System } as const;

/** The stage that turns a policy into questions for one family each. A family that the caller named goes on as it is. */
export function byFamilies(next: Stage, policy: FamiliesPolicy, clock: Clock): Stage {
  const tools: Tools = { next, policy, clock, onlyBySystem: new Lru(MAX_REMEMBERED) };
  return (lookup, done) => {
    const { families } = lookup.question;
    if (families === undefined) return next(lookup, done);
    const strategy = new STRATEGIES[families](lookup, tools, done);
    strategy.start();
    return strategy;
  };
}
