import { type Answer, failure, found, isFound, isNoData, isTransient } from '../native/answer';
import { errnos } from '../shared/errors';
import { isNoName, Split } from './split';

/** AAAA that was not asked for says nothing of any candidate. */
const NOT_ASKED = failure(errnos.EAI_AGAIN, false, Number.POSITIVE_INFINITY);

/** ms before the deadline at which one family is answered with alone. */
const BEFORE_DEADLINE = 50;

/** Both at once, each on its own thread and socket; IPv4 addresses come first in the answer. */
export class Dual extends Split {
  #ipv4: Answer | undefined;
  #ipv6: Answer | undefined;
  #asksOneByOne = false;

  protected splitFirst(candidates: readonly string[], asksOneByOne: boolean): void {
    this.#split(candidates.slice(0, 1), false, asksOneByOne);
  }

  protected splitWalk(candidates: readonly string[], asksOneByOne: boolean): void {
    this.#split(candidates, true, asksOneByOne);
  }

  protected override rescued(ipv4: Answer): void {
    this.after(this.#patience(), () => this.settle(ipv4));
  }

  // `isFinal`: no module after the nameservers makes "no such name" of NODATA. Where every AAAA is lost, each lookup
  // leaves its AAAA call behind in libc: before those take all threads, only A is asked for.
  #split(candidates: readonly string[], isFinal: boolean, asksOneByOne: boolean): void {
    this.#asksOneByOne = asksOneByOne;
    // Hedges must not multiply a walk that asks two questions a candidate.
    const more = new Set(candidates).size > 1 ? { candidates, maxHedges: 1 } : { candidates };
    this.ask({ family: 4, ...more }, (answer) => {
      this.#ipv4 = answer;
      this.#next(candidates.length, isFinal);
    });
    if (this.policy.isCrowded()) this.#ipv6 = NOT_ASKED;
    else {
      const isEnough = (): boolean =>
        candidates.length === 1 || (this.#ipv4 !== undefined && isFound(this.#ipv4));
      this.askIpv6(more, isEnough, (answer) => {
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
      // Of several candidates AAAA alone says nothing: AF_UNSPEC walks past one whose A is lost, and glibc has
      // "no such name" for a CNAME without AAAA.
      const isEnough = count === 1 && !this.#asksOneByOne;
      const one = ipv4 ?? (isEnough ? ipv6 : undefined);
      if (one !== undefined && isFound(one)) this.after(this.#patience(), () => this.settle(one));
    }
  }

  #mayHaveFailed(ipv4: Answer): boolean {
    return isTransient(ipv4) || (isNoName(ipv4) && this.policy.hidesFailures());
  }

  // What has been found is not withheld until it is too late.
  #patience(): number {
    return Math.max(0, Math.min(this.policy.resolutionDelay, this.timeLeft() - BEFORE_DEADLINE));
  }

  #both(ipv4: Answer, ipv6: Answer, count: number, isFinal: boolean): void {
    // AF_UNSPEC needs an answer to A, or asks for it again.
    const isUnanswered = this.isTimeout(ipv4) || (this.#asksOneByOne && this.#mayHaveFailed(ipv4));
    const answer =
      isFound(ipv4) || !isUnanswered ? together(ipv4, ipv6, isFinal ? count - 1 : undefined) : undefined;
    if (answer === undefined) this.leaveToSystem();
    else this.settle(answer);
  }
}

/**
 * What both families say; undefined: only AF_UNSPEC can tell. `last`: the candidate after which libc gives up, where
 * that is known.
 */
function together(ipv4: Answer, ipv6: Answer, last: number | undefined): Answer | undefined {
  if (isFound(ipv4) && isFound(ipv6) && ipv4.candidate === ipv6.candidate) {
    const entries = [...ipv4.entries, ...ipv6.entries];
    return found([...ipv4.addresses, ...ipv6.addresses], ipv4.candidate, entries);
  }
  // The candidates before it have been found not to exist for this family, hence for neither.
  if (isFound(ipv4) && ipv4.candidate <= ipv6.candidate) return ipv4;
  if (isFound(ipv6) && ipv6.candidate <= ipv4.candidate) return ipv6;
  if (last === undefined || isFound(ipv4) || isFound(ipv6)) return undefined;
  if (isNoName(ipv4)) return ipv4;
  const areLast = ipv4.candidate === last && ipv6.candidate === last;
  return areLast && isNoData(ipv4) && isNoData(ipv6) ? ipv4 : undefined;
}
