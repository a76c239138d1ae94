import type { Answer } from '../native/answer';
import type { CallFacts, CallMode, CallReceiver } from '../native/calls';
import type { AskedCall } from './nameservers';
import type { Lookup, Question } from './stage';
import type { AttemptCall, StartCall } from './start-call';

/** Who made a call: it is told of its end, whether or not it still wants the answer. */
interface EndedReceiver {
  ended(one: OneCall, answer: Answer, facts: CallFacts): void;
}

/** One call of an attempt: the first, a hedge, or one that asks the rest. */
export class OneCall implements AskedCall, CallReceiver {
  readonly order: readonly number[];
  readonly begun: number;
  readonly isHedge: boolean;
  /** Candidates that it passes over: they do not exist. */
  readonly skipped: number;
  /** It begins with an absolute name: a failure of that says little of the name that was asked for. */
  readonly isByName: boolean;
  readonly call: AttemptCall;
  readonly #attempt: EndedReceiver;

  constructor(
    attempt: EndedReceiver,
    start: StartCall,
    begun: number,
    lookup: Lookup<Question>,
    mode: CallMode,
    skipped: number,
  ) {
    this.#attempt = attempt;
    this.order = mode.order;
    this.begun = begun;
    this.isHedge = mode.beside;
    this.skipped = skipped;
    const asked = this.isHedge ? byName(lookup) : lookup;
    this.isByName = asked !== lookup;
    this.call = start(fromCandidate(asked, skipped), mode, this);
  }

  ended(answer: Answer, facts: CallFacts): void {
    this.#attempt.ended(this, answer, facts);
  }
}

function byName(lookup: Lookup<Question>): Lookup<Question> {
  const { question } = lookup;
  if (!('hedgeCandidates' in question) || question.hedgeCandidates === undefined) return lookup;
  return { ...lookup, question: { ...question, candidates: question.hedgeCandidates } };
}

// The candidates before do not exist: a hedge need not ask again.
function fromCandidate(lookup: Lookup<Question>, first: number): Lookup<Question> {
  const { question } = lookup;
  if (first === 0 || !('candidates' in question) || question.candidates === undefined) return lookup;
  return { ...lookup, question: { ...question, candidates: question.candidates.slice(first) } };
}
