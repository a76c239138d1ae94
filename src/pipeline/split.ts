import { type Answer, isFound } from '../native/answer';
import { errnos } from '../shared/errors';
import type { Course } from '../system/course';
import type { Lookup } from './stage';
import { Strategy, type Tools } from './strategy';

/** ms for which a name that only AF_UNSPEC finds is asked for in that way at once. */
const REMEMBERED = 300_000;

/** What both strategies that ask for one family do where that cannot tell what AF_UNSPEC would find. */
export abstract class Split extends Strategy {
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

  /** AF_UNSPEC is late, and this is an A that it would find. */
  protected rescued(ipv4: Answer): void {
    this.settle(ipv4);
  }

  // AF_UNSPEC asks once more, apart from its rounds, where one of the two answers does not come. `isFinal`: it is not
  // going to be asked itself.
  protected askIpv6(
    question: { readonly candidates: readonly string[]; readonly maxHedges?: number },
    isFinal: () => boolean,
    done: (answer: Answer) => void,
  ): void {
    this.ask({ family: 6, ...question }, (answer) => {
      if (this.isTimeout(answer) && isFinal()) this.ask({ family: 6, ...question, maxHedges: 0 }, done);
      else done(answer);
    });
  }

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
    this.after(this.policy.rescueAfter(), () => {
      this.ask({ family: 4, candidates: candidates.slice(0, 1) }, (answer) => {
        if (isFound(answer)) this.rescued(answer);
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

/** No such name. A refusal by AI_ADDRCONFIG does not say so. */
export function isNoName(answer: Answer): boolean {
  return answer.errno === errnos.EAI_NONAME && !answer.noLocalAddress;
}
