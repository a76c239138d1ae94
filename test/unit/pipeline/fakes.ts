import { type Answer, failure, found } from '../../../src/native/answer';
import { type CallFacts, type CallMode, CallState } from '../../../src/native/calls';
import type { NameserverList } from '../../../src/native/libc';
import type { Cancelable } from '../../../src/pipeline/cancelable';
import type { Clock } from '../../../src/pipeline/clock';
import { Counters } from '../../../src/pipeline/counters';
import { NameserverMemory } from '../../../src/pipeline/nameservers';
import type { AddressQuestion, Lookup, Stage } from '../../../src/pipeline/stage';
import type { AttemptCall, StartCall } from '../../../src/pipeline/start-call';
import { errnos } from '../../../src/shared/errors';

/** Time that passes when a test says so. */
export class FakeClock implements Clock {
  #now = 0;
  #entries: { at: number; due: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, due: () => void): Cancelable {
    const entry = { at: this.#now + ms, due };
    this.#entries.push(entry);
    return {
      cancel: () => {
        this.#entries = this.#entries.filter((other) => other !== entry);
      },
    };
  }

  awaited(ms: number, due: () => void): Cancelable {
    return this.after(ms, due);
  }

  get pending(): number {
    return this.#entries.length;
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [next] = this.#entries.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#entries = this.#entries.filter((other) => other !== next);
      this.#now = next.at;
      next.due();
    }
    this.#now = until;
  }
}

/** Nameservers of which nothing is known. */
export function memoryOf(clock: Clock, list: Partial<NameserverList> = {}): NameserverMemory {
  return new NameserverMemory({ rotates: false, attempts: 2, addresses: ['10.0.0.53'], ...list }, clock);
}

const PLAIN: AddressQuestion = {
  hostname: 'www.test',
  node: 'www.test',
  service: null,
  families: undefined,
  family: 4,
  socktype: 1,
  protocol: 0,
  flags: 0,
  full: false,
};

export function question(change: Partial<AddressQuestion> = {}): AddressQuestion {
  return { ...PLAIN, ...change };
}

export function lookupOf(change: Partial<AddressQuestion> = {}, more: Partial<Lookup> = {}): Lookup {
  return {
    question: question(change),
    deadline: Number.POSITIVE_INFINITY,
    background: false,
    trace: undefined,
    counters: new Counters(),
    shared: undefined,
    ...more,
  };
}

/** A question that reached the fake stage, and how to answer it. */
export interface Asked {
  readonly lookup: Lookup;
  isCanceled: boolean;
  answer(answer: Answer): void;
}

/** A last stage that answers when the test says so. */
export function fakeStage(): { stage: Stage; asked: Asked[] } {
  const asked: Asked[] = [];
  const stage: Stage = (lookup, done) => {
    const one: Asked = {
      lookup,
      isCanceled: false,
      answer: (answer) => {
        if (!one.isCanceled) done(answer);
      },
    };
    asked.push(one);
    return {
      cancel: () => {
        one.isCanceled = true;
      },
    };
  };
  return { stage, asked };
}

/** A call that reached the fake libc. */
export interface FakeCall extends AttemptCall {
  readonly question: Parameters<StartCall>[0]['question'];
  readonly mode: CallMode;
  isCanceled: boolean;
  hasSteppedAside: boolean;
  running: number | undefined;
  at: number;
  state: CallState;
  /** Also once it is canceled, as the pool does it. */
  answer(answer: Answer, facts?: Partial<CallFacts>): void;
}

/** An answer from the first nameserver after 2 ms. */
const FACTS: CallFacts = { nameserver: 0, sent: true, askedFor: 2, ranFor: 2, queuedFor: 0 };

/** A libc that answers when the test says so; `refuse` says what becomes of a call. */
export function fakeLibc(refuse: (mode: CallMode) => number = () => 0): {
  start: StartCall;
  calls: FakeCall[];
} {
  const calls: FakeCall[] = [];
  const start: StartCall = ({ question: asked }, mode, receiver) => {
    const call: FakeCall = {
      question: asked,
      mode,
      refused: refuse(mode),
      isCanceled: false,
      hasSteppedAside: false,
      running: undefined,
      at: 0,
      state: CallState.running,
      runningFor: () => call.running,
      candidate: () => call.at,
      stepAside: () => {
        call.hasSteppedAside = true;
        return call.state;
      },
      cancel: () => {
        call.isCanceled = true;
      },
      answer: (answer, facts) => receiver.ended(answer, { ...FACTS, ...facts }),
    };
    calls.push(call);
    return call;
  };
  return { start, calls };
}

export const A = found([{ address: '10.0.0.1', family: 4 }]);
export const AAAA = found([{ address: 'fd00::1', family: 6 }]);
export const NODATA = failure(errnos.EAI_NODATA);
export const NXDOMAIN = failure(errnos.EAI_NONAME);
export const SERVFAIL = failure(errnos.EAI_AGAIN);
export const REFUSED_BY_ADDRCONFIG = failure(errnos.EAI_NONAME, true);

/** The same answer, of another candidate. */
export function at(candidate: number, answer: Answer): Answer {
  return { ...answer, candidate };
}

/** Runs a stage and keeps what comes of it. */
export function run(stage: Stage, lookup: Lookup): { readonly answers: Answer[]; readonly work: Cancelable } {
  const answers: Answer[] = [];
  const work = stage(lookup, (answer) => answers.push(answer));
  return { answers, work };
}
