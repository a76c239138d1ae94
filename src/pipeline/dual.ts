import { type Answer, failure, found, isFound, isNoData, isTransient } from '../native/answer';
import { errnos } from '../shared/errors';
import { isNoName, Split } from './split';

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
