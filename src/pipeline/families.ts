import { isFound } from '../native/answer';
import { constants } from '../native/constants';
import type { Clock } from './clock';
import { Dual } from './dual';
import { Ipv4First } from './ipv4-first';
import { Lru } from './lru';
import type { Stage } from './stage';
import { type Change, type FamiliesPolicy, Strategy, type Tools } from './strategy';

const { AI_ADDRCONFIG } = constants;

const MAX_REMEMBERED = 1000;

/** ms before its deadline at which 'system' takes an A alone rather than nothing. */
const LAST_MOMENT = 1000;

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

/** One AF_UNSPEC call, as Node makes it. An A alone, where AAAA never comes, is taken at the last moment. */
class System extends Strategy {
  start(): void {
    const { node } = this.lookup.question;
    const course = node === null ? undefined : this.policy.courseOf(node);
    const first = course === undefined || course.kind === 'system' ? undefined : course.candidates[0];
    // Where other modules answer too, "no such name" of a candidate may be a nameserver's failure.
    const isHedgedByName = node !== null && first !== undefined && first !== node && course?.kind === 'walk';
    const change: Change = isHedgedByName ? { family: 0, hedgeCandidates: [first, node] } : { family: 0 };
    this.ask(change, (answer) => this.settle(answer));
    const left = this.timeLeft();
    if (first === undefined || left === Number.POSITIVE_INFINITY) return;
    this.after(left - Math.min(LAST_MOMENT, left / 2), () => this.#lastMoment(first));
  }

  #lastMoment(first: string): void {
    this.ask({ family: 4, candidates: [first] }, (answer) => {
      if (isFound(answer)) this.settle(answer);
    });
  }
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
