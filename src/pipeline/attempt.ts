import {
  type AddrInfoCall,
  abandon,
  type CallId,
  Found,
  type NameInfoCall,
  type Receiver,
  runningFor,
  start,
  stepAside,
  type Value,
} from '../native/calls';
import { errnos } from '../shared/errors';

/** What came of a query. `errno` is 0 or libuv's number. */
export interface Answer {
  readonly errno: number;
  /** The addresses, or every field of them where the query is `whole`; empty on a failure. */
  readonly texts: readonly string[];
  /** A failure that AI_ADDRCONFIG alone made: the host has no address of the family, loopback apart. */
  readonly unconfigured: boolean;
}

/** What happens to an attempt on its way; for counters and for the flight that it serves. */
export interface AttemptEvents {
  /** Not answered within `hedge`: from now on this is a stall. Once an attempt. */
  stalled(): void;
  /** Another getaddrinfo was started. */
  hedged(): void;
  /** The answer came from a hedge. */
  hedgeWon(): void;
}

/** Work under way that nobody may want any more. After `cancel` its callback is never called. */
export interface Cancelable {
  cancel(): void;
}

/** What an attempt knows of the lookup that it is for. */
export interface Errand {
  /** By performance.now(), when nobody waits any more; Infinity: never. */
  readonly deadline: number;
  /** Another attempt, for the other family, runs at the same time. */
  readonly beside: boolean;
}

/**
 * A packet that is lost twice is rare, thrice hardly ever: 5 % loss leaves one lookup in 8,000. An
 * AF_UNSPEC call sends two packets, and a dead nameserver is not to get more from it than from others.
 */
function mostHedges(call: AddrInfoCall | NameInfoCall): number {
  return 'family' in call && call.family === 0 ? 1 : 2;
}

/** ms by which setTimeout and the pool's clock may disagree. */
const CLOCK_SLACK = 2;

const NO_CALLS: readonly CallId[] = [];

/** Of a failure. */
export const NO_TEXTS: readonly string[] = Object.freeze([]);

// Whether asking again, or the answer of another call, may turn out better.
function isPassing(errno: number): boolean {
  return errno === errnos.EAI_AGAIN || (errno < 0 && errno > errnos.EAI_ADDRFAMILY);
}

/**
 * One query, to an answer. After `hedge` ms without one it is asked again on another thread, hence
 * from another socket and source port, and (one family) once more after twice that time; the first
 * definite answer wins, a passing failure (EAI_AGAIN) waits for the calls still out. The calls not needed are abandoned.
 */
export class Attempt implements Cancelable, Receiver {
  readonly #call: AddrInfoCall | NameInfoCall;
  readonly #errand: Errand;
  readonly #hedge: number | false;
  readonly #mostHedges: number;
  readonly #events: AttemptEvents;
  readonly #done: (answer: Answer) => void;
  readonly #first: CallId;
  #out: readonly CallId[] = NO_CALLS;
  #hedges = 0;
  #stalled = false;
  #settled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    call: AddrInfoCall | NameInfoCall,
    errand: Errand,
    hedge: number | false,
    events: AttemptEvents,
    done: (answer: Answer) => void,
  ) {
    this.#call = call;
    this.#errand = errand;
    this.#hedge = hedge;
    this.#mostHedges = hedge === false ? 0 : mostHedges(call);
    this.#events = events;
    this.#done = done;
    this.#first = this.#start(false);
    if (this.#first > 0) {
      this.#out = [this.#first];
      this.#arm(hedge);
    } else {
      const failed = { errno: this.#first, texts: NO_TEXTS, unconfigured: false };
      process.nextTick(() => this.#settle(failed));
    }
  }

  /** Frees the threads' count, takes waiting calls off the queue; `done` is never called after. */
  cancel(): void {
    clearTimeout(this.#timer);
    for (const id of this.#out) abandon(id);
    this.#out = NO_CALLS;
    this.#settled = true;
  }

  #start(extra: boolean): CallId {
    const { deadline, beside } = this.#errand;
    const pace = { left: deadline - performance.now(), hedges: this.#mostHedges, extra, beside };
    return start(this.#call, pace, this);
  }

  #arm(delay: number | false): void {
    if (delay === false || this.#hedges >= this.#mostHedges) return;
    this.#timer = setTimeout(() => this.#onLate(), delay);
  }

  #onLate(): void {
    const ran = runningFor(this.#first);
    const early = this.#hedge === false || ran === undefined ? 0 : this.#hedge - ran;
    // It waited for its thread before: late, but not yet a stall.
    if (early > CLOCK_SLACK) this.#arm(early);
    else this.#onStall();
  }

  #onStall(): void {
    // A call that has not even started needs a thread, not a rival.
    if (stepAside(this.#first) !== Found.waiting) {
      this.#countStall();
      const hedge = this.#start(true);
      if (hedge > 0) {
        this.#out = [...this.#out, hedge];
        this.#hedges += 1;
        this.#events.hedged();
      }
    }
    this.#arm(this.#hedge);
  }

  #countStall(): void {
    if (this.#stalled) return;
    this.#stalled = true;
    this.#events.stalled();
  }

  /** Of the addon: one of the calls is over. */
  answered(id: CallId, errno: number, value: Value): void {
    this.#out = this.#out.length === 1 ? NO_CALLS : this.#out.filter((other) => other !== id);
    if (isPassing(errno) && this.#out.length > 0) return;
    if (errno === 0 && id !== this.#first) this.#events.hedgeWon();
    this.#settle({
      errno,
      texts: typeof value === 'boolean' ? NO_TEXTS : typeof value === 'string' ? [value] : value,
      unconfigured: value === true,
    });
  }

  #settle(answer: Answer): void {
    if (this.#settled) return;
    this.cancel();
    this.#done(answer);
  }
}
