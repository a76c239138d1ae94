import type { CallFacts } from '../native/calls';
import type { NameserverList } from '../native/libc';
import type { Clock } from './clock';
import { HedgeBudget } from './hedge-budget';
import { Nameserver, type NameserverStats } from './nameserver';
import { RestQueue } from './rest-queue';

/** Delays are longer by up to this share, so that many processes do not ask again at the same moment. */
const JITTER = 0.1;
/** ms for which the jitter is the same: calls with the same delay share a timer. */
const JITTER_HOLDS = 1000;
/** ms: a nameserver that is so slow may need longer than the second that a brief call has. */
const SLOW = 500;
/** ms after which a call may have waited for a nameserver in vain: libc's least timeout, a little less. */
export const LEAST_TIMEOUT = 950;
/** ms between two questions to a nameserver that is silent. */
const PROBE_INTERVAL = 5000;
/** ms after which a probe that sent nothing is made again. */
const PROBE_AGAIN = 500;
/** ms after an answer at the usual pace within which the nameservers are taken for well. */
const WELL_FOR = 1000;
/** ms: where libc does not tell who answered, what takes less may be the hosts file. */
const LEAST_UNTOLD = 1;

const AS_LISTED: readonly number[] = Object.freeze([]);

/** A call, as far as it says something of nameservers. */
export interface AskedCall {
  /** Whom it asked, in this order; empty: as libc has them. */
  readonly order: readonly number[];
  /** By the clock. */
  readonly begun: number;
  readonly isHedge: boolean;
}

/** What is known of one list of nameservers. */
export class NameserverMemory {
  readonly budget: HedgeBudget;
  readonly rests: RestQueue;
  readonly hidesFailures: boolean;
  readonly #clock: Clock;
  readonly #nameservers: readonly Nameserver[];
  readonly #rotates: boolean;
  /** libc's rounds. */
  readonly #attempts: number;
  /** Stands for those that libc does not tell. */
  readonly #untold = new Nameserver('');
  readonly #isTold: boolean;
  /** How long the latest answer took. */
  #latest = 0;
  #turn = 0;
  #wellUntil = Number.NEGATIVE_INFINITY;
  #jitter = 1;
  #jitterUntil = Number.NEGATIVE_INFINITY;

  /**
   * `list`: undefined where libc does not tell. `hidesFailures`: libc may say "no such name" where no nameserver has
   * answered.
   */
  constructor(list: NameserverList | undefined, clock: Clock, hidesFailures = false) {
    this.#clock = clock;
    this.hidesFailures = hidesFailures;
    this.budget = new HedgeBudget(clock);
    this.rests = new RestQueue(clock);
    this.#isTold = list !== undefined;
    this.#nameservers = (list?.addresses ?? []).map((address) => new Nameserver(address));
    this.#rotates = list?.rotates ?? false;
    this.#attempts = list?.attempts ?? 0;
  }

  /** Whom a lookup's first call is to ask. Those that are silent come last. */
  firstOrder(): readonly number[] {
    if (this.#nameservers.length < 2) return AS_LISTED;
    const { answering, silent } = this.#places();
    if (silent.length === 0 && !this.#rotates) return AS_LISTED;
    const turned = this.#rotates ? turn(answering, this.#turn++) : answering;
    return [...turned, ...silent];
  }

  /** Whom its nth hedge is to ask: first another one than the first call, if another one answers. */
  hedgeOrder(first: readonly number[], nth: number): readonly number[] {
    if (this.#nameservers.length < 2) return AS_LISTED;
    const head = first[0] ?? 0;
    const { answering, silent } = this.#places();
    const others = answering.filter((place) => place !== head);
    const all = [...others, ...answering.filter((place) => place === head), ...silent];
    return turn(all, nth - 1);
  }

  /** A silent nameserver that is to be asked again now, with a copy of a question that is being asked. */
  dueProbe(): readonly number[] | undefined {
    const now = this.#clock.now();
    const place = this.#nameservers.findIndex(({ isSilent, probeAt }) => isSilent && probeAt <= now);
    const nameserver = this.#nameservers[place];
    if (nameserver === undefined) return undefined;
    nameserver.probeAt = now + PROBE_INTERVAL;
    return [place];
  }

  probed([place = 0]: readonly number[], isTransient: boolean, facts: CallFacts): void {
    const nameserver = this.#nameservers[place];
    if (nameserver === undefined) return;
    if (facts.nameserver === place) this.#answered(nameserver);
    else if (facts.sent === false) nameserver.probeAt = this.#clock.now() + PROBE_AGAIN;
    // A failure that comes at once costs libc no time: it goes on to the next one.
    else if (isTransient && facts.askedFor < LEAST_TIMEOUT) nameserver.isSilent = false;
  }

  /** A call has ended, whether or not somebody still wanted its answer. */
  ended({ order, isHedge }: AskedCall, isTransient: boolean, facts: CallFacts): void {
    const { askedFor } = facts;
    const head = this.#head(order);
    const nameserver = this.#answerer(facts, isTransient);
    const isAnswer = !isTransient && facts.sent !== false;
    if (isAnswer && !isHedge && (nameserver ?? head).isUsual(askedFor, this.#clock.now())) {
      this.#wellUntil = this.#clock.now() + WELL_FOR;
      this.budget.answered();
    }
    if (nameserver === undefined) return;
    this.#answered(nameserver);
    this.#latest = askedFor;
    if (askedFor >= SLOW) this.rests.release();
    if (nameserver === head) {
      // A hedge that is quick is no sign that a first call would have been.
      if (!isHedge || askedFor > head.learnedDelay()) head.times.add(askedFor);
    } else if (askedFor >= LEAST_TIMEOUT && this.#nameservers.length > 1) {
      const places = order.length > 0 ? order : this.#nameservers.keys();
      for (const place of places) {
        const before = this.#nameservers[place];
        if (before === undefined || before === nameserver) break;
        this.#fellSilent(before);
      }
    }
  }

  /** A hedge brought the answer that `first` still waits for. */
  hedgeWon(first: AskedCall, hedge: AskedCall, facts: CallFacts): void {
    const head = this.#head(first.order);
    const nameserver = this.#answerer(facts, false);
    const isKnownToAnswer = head.answeredAt >= first.begun;
    if (nameserver !== undefined && nameserver !== head && !isKnownToAnswer) this.#fellSilent(head);
    const answerer = nameserver ?? this.#head(hedge.order);
    if (answerer.isUsual(facts.askedFor, this.#clock.now())) this.budget.won();
  }

  /** ms after which a call that asks in this order is late. */
  delay(order: readonly number[]): number {
    const now = this.#clock.now();
    if (now >= this.#jitterUntil) {
      this.#jitter = 1 + JITTER * Math.random();
      this.#jitterUntil = now + JITTER_HOLDS;
    }
    return Math.round(this.#head(order).learnedDelay() * this.#jitter);
  }

  /** Whether a first call may be brief, and another one ask the rest. */
  mayBeBrief(order: readonly number[]): boolean {
    const head = this.#head(order);
    const isSlow = this.#latest >= SLOW || (head.p95() ?? 0) >= SLOW;
    return this.#attempts > 1 && !this.hidesFailures && !isSlow;
  }

  /** Whether a call that failed after so many ms heard a nameserver fail: where all are silent, each takes a second. */
  someFailed(askedFor: number, isBrief: boolean): boolean {
    const rounds = isBrief ? 1 : this.#attempts;
    return askedFor < LEAST_TIMEOUT * rounds * this.#nameservers.length;
  }

  /** Whether others are answered as usual: then a call that is not has lost a packet. */
  isWell(): boolean {
    return this.#clock.now() < this.#wellUntil;
  }

  /** The address of the nameserver that answered, where that is known. */
  addressOf(facts: CallFacts, isTransient: boolean): string | undefined {
    return this.#placeOf(facts, isTransient)?.address;
  }

  /** ms, without the jitter, after which a call is late now. */
  presentDelay(): number {
    return this.#head(this.#places().answering).learnedDelay();
  }

  stats(): readonly NameserverStats[] {
    return this.#nameservers.map((nameserver) => nameserver.stats());
  }

  #places(): { answering: readonly number[]; silent: readonly number[] } {
    const places = [...this.#nameservers.keys()];
    return {
      answering: places.filter((place) => this.#nameservers[place]?.isSilent === false),
      silent: places.filter((place) => this.#nameservers[place]?.isSilent === true),
    };
  }

  #head(order: readonly number[]): Nameserver {
    return this.#nameservers[order[0] ?? 0] ?? this.#untold;
  }

  #answerer(facts: CallFacts, isTransient: boolean): Nameserver | undefined {
    if (this.#isTold) return this.#placeOf(facts, isTransient);
    return facts.askedFor < LEAST_UNTOLD ? undefined : this.#untold;
  }

  // Of an AF_UNSPEC call libc tells no more than that something was sent.
  #placeOf({ nameserver, sent }: CallFacts, isTransient: boolean): Nameserver | undefined {
    if (nameserver !== undefined) return this.#nameservers[nameserver];
    const isOnly = sent === true && !isTransient && this.#nameservers.length === 1;
    return isOnly ? this.#nameservers[0] : undefined;
  }

  #answered(nameserver: Nameserver): void {
    nameserver.answers += 1;
    nameserver.answeredAt = this.#clock.now();
    nameserver.isSilent = false;
    this.rests.postpone();
  }

  #fellSilent(nameserver: Nameserver): void {
    if (nameserver.isSilent) return;
    nameserver.isSilent = true;
    nameserver.silences += 1;
    nameserver.probeAt = this.#clock.now() + PROBE_INTERVAL;
  }
}

function turn(places: readonly number[], by: number): readonly number[] {
  if (places.length < 2) return places;
  const shift = by % places.length;
  return [...places.slice(shift), ...places.slice(0, shift)];
}
