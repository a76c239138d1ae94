import { constants, isCrowded } from '../native/calls';
import { errnos } from '../shared/errors';
import type { Answer, Cancelable } from './attempt';

/** Which addresses a lookup asks for when the caller names no family. */
export type Families = 'ipv4-only' | 'ipv4-first' | 'dual' | 'system';

/** An address family: 0 is AF_UNSPEC. */
export type Family = 0 | 4 | 6;

export const FAMILIES: readonly Families[] = ['ipv4-only', 'ipv4-first', 'dual', 'system'];

/**
 * Asks getaddrinfo for one family, with these flags. `patience` in ms: when the answer is not wanted any
 * more, if that is known beforehand; else Infinity.
 */
export type Ask = (
  family: Family,
  flags: number,
  patience: number,
  done: (answer: Answer) => void,
) => Cancelable;

/** What a resolver has learnt of its IPv6 queries; its lookups share it. */
export interface Ipv6Experience {
  /** The last one that was not waited for any longer than resolutionDelay had no answer by then. */
  unanswered: boolean;
}

/** A lookup of one name: which queries, in which order, and when it is answered. */
export interface Plan {
  /** A family by number is asked as it stands: the caller named it. */
  readonly families: Families | Family;
  /** The caller's flags (AI_*), and ours. */
  readonly flags: number;
  /** ms to wait for IPv6 once IPv4 is in, or has said that the name does not exist (RFC 8305, 3). */
  readonly resolutionDelay: number;
  readonly ipv6: Ipv6Experience;
}

const { AI_ADDRCONFIG = 0, AI_V4MAPPED = 0, AI_ALL = 0 } = constants;

function has(answer: Answer): boolean {
  return answer.errno === 0;
}

/** The name is there, it only has no address of this family. */
function nameExists(answer: Answer): boolean {
  return answer.errno === errnos.EAI_NODATA || answer.errno === errnos.EAI_ADDRFAMILY;
}

/**
 * The narrowing from AF_UNSPEC to one family is ours and not the caller's: with AI_ADDRCONFIG (which
 * net.connect always passes) on a host that has only loopback addresses, glibc then refuses every name,
 * localhost included, where AF_UNSPEC would have answered. So when all that was asked is refused, it is
 * asked again without the flag.
 */
function withoutAddrConfig(plan: Plan): Plan {
  return { ...plan, flags: plan.flags & ~AI_ADDRCONFIG };
}

const NONE: readonly Cancelable[] = [];

/** Queries under way; a lookup holds one of these and can drop whatever is still out. */
abstract class Lookup implements Cancelable {
  protected readonly ask: Ask;
  protected plan: Plan;
  readonly #done: (answer: Answer) => void;
  #out: readonly Cancelable[] = NONE;
  #timer: NodeJS.Timeout | undefined;

  constructor(ask: Ask, plan: Plan, done: (answer: Answer) => void) {
    this.ask = ask;
    this.plan = plan;
    this.#done = done;
  }

  abstract start(): void;

  cancel(): void {
    clearTimeout(this.#timer);
    const out = this.#out;
    this.#out = NONE;
    for (const query of out) query.cancel();
  }

  protected query(family: Family, done: (answer: Answer) => void, patience = Infinity): void {
    // The two mapping flags mean something with AF_INET6 only, which here was not the caller's choice.
    const ours = typeof this.plan.families !== 'number';
    const flags = ours && family === 6 ? this.plan.flags & ~(AI_V4MAPPED | AI_ALL) : this.plan.flags;
    const query = this.ask(family, flags, patience, (answer) => {
      this.#out = this.#out.length === 1 ? NONE : this.#out.filter((other) => other !== query);
      if (family === 6) this.plan.ipv6.unanswered = false;
      done(answer);
    });
    this.#out = this.#out.length === 0 ? [query] : [...this.#out, query];
  }

  /** Answers with this unless another answer comes within resolutionDelay. */
  protected settleSoon(answer: Answer): void {
    this.#timer = setTimeout(() => {
      this.plan.ipv6.unanswered = true;
      this.settle(answer);
    }, this.plan.resolutionDelay);
  }

  /**
   * IPv4 says that there is no such name. Perhaps an IPv6-only line in the hosts file, or a libc that cannot
   * tell NODATA: IPv6 is asked too. But a name that does not exist must not cost a AAAA stall, so not for long;
   * and not at all where AAAA after AAAA is lost and the calls left behind are about to take all threads.
   */
  protected doubt(ipv4: Answer, done: (ipv6: Answer) => void): void {
    if (this.plan.ipv6.unanswered && isCrowded()) {
      this.settle(ipv4);
      return;
    }
    this.settleSoon(ipv4);
    this.query(6, done, this.plan.resolutionDelay);
  }

  protected settle(answer: Answer): void {
    this.cancel();
    this.#done(answer);
  }

  protected askAgainWithoutAddrConfig(): void {
    this.plan = withoutAddrConfig(this.plan);
    this.start();
  }
}

/** One call, as Node does it: the family that the caller named, or AF_UNSPEC. */
class Exactly extends Lookup {
  start(): void {
    const { families } = this.plan;
    this.query(typeof families === 'number' ? families : 0, (answer) => this.settle(answer));
  }
}

class Ipv4Only extends Lookup {
  start(): void {
    this.query(4, (answer) => {
      if (answer.unconfigured) this.askAgainWithoutAddrConfig();
      else this.settle(answer);
    });
  }
}

/** AF_INET; AF_INET6 only when the name has no A record (Envoy's V4_PREFERRED). */
class Ipv4First extends Lookup {
  start(): void {
    this.query(4, (ipv4) => {
      if (nameExists(ipv4) || ipv4.unconfigured) {
        this.query(6, (ipv6) => this.#afterIpv6(ipv4, ipv6));
      } else if (ipv4.errno === errnos.EAI_NONAME) {
        this.doubt(ipv4, (ipv6) => this.settle(has(ipv6) ? ipv6 : ipv4));
      } else {
        this.settle(ipv4);
      }
    });
  }

  #afterIpv6(ipv4: Answer, ipv6: Answer): void {
    if (ipv4.unconfigured && ipv6.unconfigured) this.askAgainWithoutAddrConfig();
    else this.settle(ipv6.unconfigured ? ipv4 : ipv6);
  }
}

/**
 * Both at once, each on its own thread and socket; IPv4 addresses come first in the answer. Where every AAAA
 * is lost, each lookup leaves its AAAA call behind in libc: before those take all threads, IPv6 is asked for
 * only by names that have no IPv4 address.
 */
class Dual extends Lookup {
  #ipv4: Answer | undefined;
  #ipv6: Answer | undefined;
  #asksIpv6 = false;

  start(): void {
    this.#ipv4 = undefined;
    this.#ipv6 = undefined;
    this.#asksIpv6 = false;
    this.query(4, (answer) => {
      this.#ipv4 = answer;
      this.#next();
    });
    if (!isCrowded()) this.#askIpv6();
  }

  #askIpv6(): void {
    this.#asksIpv6 = true;
    this.query(6, (answer) => {
      this.#ipv6 = answer;
      this.#next();
    });
  }

  #next(): void {
    const [ipv4, ipv6] = [this.#ipv4, this.#ipv6];
    if (ipv4 === undefined) return;
    if (ipv6 !== undefined) {
      this.#both(ipv4, ipv6);
    } else if (has(ipv4) && !this.#asksIpv6) {
      this.settle(ipv4);
    } else {
      const isMissing = ipv4.errno === errnos.EAI_NONAME && !ipv4.unconfigured;
      if (isMissing && !this.#asksIpv6) this.doubt(ipv4, (answer) => this.#both(ipv4, answer));
      else if (has(ipv4) || isMissing) this.settleSoon(ipv4);
      else if (!this.#asksIpv6) this.#askIpv6();
    }
  }

  #both(ipv4: Answer, ipv6: Answer): void {
    if (ipv4.unconfigured && ipv6.unconfigured) this.askAgainWithoutAddrConfig();
    else if (has(ipv4) && has(ipv6)) this.settle({ ...ipv4, texts: [...ipv4.texts, ...ipv6.texts] });
    else if (has(ipv4) || ipv6.unconfigured) this.settle(ipv4);
    else if (has(ipv6) || ipv4.unconfigured || nameExists(ipv4)) this.settle(ipv6);
    else this.settle(ipv4);
  }
}

const KINDS = { 'ipv4-only': Ipv4Only, 'ipv4-first': Ipv4First, dual: Dual, system: Exactly } as const;

/** Looks one name up as the plan says. `done` is called once, unless it is canceled before. */
export function lookupFamilies(plan: Plan, ask: Ask, done: (answer: Answer) => void): Cancelable {
  const Kind = typeof plan.families === 'number' ? Exactly : KINDS[plan.families];
  const lookup = new Kind(ask, plan, done);
  lookup.start();
  return lookup;
}
