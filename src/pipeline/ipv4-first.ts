import { type Answer, isFound, isNoData, isTransient } from '../native/answer';
import { isNoName, Split } from './split';

/** AF_INET; AF_INET6 only where the name has no A record (Envoy's V4_PREFERRED). */
export class Ipv4First extends Split {
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
    const question = { candidates: candidates.slice(at, at + 1) };
    this.askIpv6(
      question,
      () => isFinal,
      (ipv6) => {
        if (isFound(ipv6)) this.settle(ipv6);
        else if (!isFinal) this.leaveToSystem();
        else this.settle(worse(ipv4, ipv6));
      },
    );
  }
}

function isLast({ candidate }: Answer, candidates: readonly string[]): boolean {
  return candidate === candidates.length - 1;
}

/** Of two failures, the one that AF_UNSPEC has: NXDOMAIN for either is for the name, and NODATA for either is known. */
function worse(ipv4: Answer, ipv6: Answer): Answer {
  if (ipv6.noLocalAddress) return ipv4;
  return isNoName(ipv6) || (isTransient(ipv4) && !isTransient(ipv6)) ? ipv6 : ipv4;
}
