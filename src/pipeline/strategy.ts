import { type Answer, isTransient } from '../native/answer';
import { constants } from '../native/constants';
import { errnos } from '../shared/errors';
import type { Course } from '../system/course';
import type { Cancelable } from './cancelable';
import type { Clock } from './clock';
import type { Lru } from './lru';
import { LEAST_TIMEOUT } from './nameservers';
import type { AddressQuestion, Lookup, Stage } from './stage';

/** What decides how a resolver's lookups ask for a name. */
export interface FamiliesPolicy {
  /** ms that an answer waits for the other family (RFC 8305, section 3). */
  readonly resolutionDelay: number;
  /** ms after which an AF_UNSPEC call is late. */
  rescueAfter(): number;
  courseOf(node: string): Course;
  /** libc may say "no such name" where no nameserver has answered. */
  hidesFailures(): boolean;
  /** Calls left behind are about to take all threads. */
  isCrowded(): boolean;
}

/** What the strategies of one resolver share. */
export interface Tools {
  readonly next: Stage;
  readonly policy: FamiliesPolicy;
  readonly clock: Clock;
  /** Names that were found by AF_UNSPEC only, and until when that is remembered. */
  readonly onlyBySystem: Lru<string, number>;
}

const { AI_V4MAPPED, AI_ALL } = constants;

const NOTHING = {};
const NO_WORK: readonly Cancelable[] = [];

/** What a strategy may change of the question. */
export type Change = Partial<
  Pick<AddressQuestion, 'family' | 'candidates' | 'hedgeCandidates' | 'flags' | 'maxHedges'>
>;

/** One lookup's questions under way. */
export abstract class Strategy implements Cancelable {
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
    const { hostname, node, service, family, socktype, protocol, full } = question;
    const { candidates, hedgeCandidates, maxHedges } = change;
    const { deadline, background, trace, counters, shared } = this.lookup;
    // Written out: spreading costs a lookup more than its Map entry does.
    const asked: AddressQuestion = {
      hostname,
      node,
      ...(candidates === undefined ? NOTHING : { candidates }),
      ...(hedgeCandidates === undefined ? NOTHING : { hedgeCandidates }),
      service,
      families: undefined,
      family: change.family ?? family,
      socktype,
      protocol,
      flags: change.flags ?? flags,
      full,
      ...(maxHedges === undefined ? NOTHING : { maxHedges }),
    };
    this.#add(this.#next({ question: asked, deadline, background, trace, counters, shared }, done));
  }

  protected after(ms: number, due: () => void): void {
    this.#add(this.#clock.after(ms, due));
  }

  /** libc has given up waiting, which AF_UNSPEC would too: an address of the other family does not help it. */
  protected isTimeout(answer: Answer): boolean {
    const isHidden = answer.errno === errnos.EAI_NONAME && this.policy.hidesFailures();
    return (isTransient(answer) || isHidden) && this.#clock.now() - this.#begun >= LEAST_TIMEOUT;
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
