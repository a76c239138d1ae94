import type { Family } from '../../../index';
import { isLost, type Sample } from '../../probe';
import type { Libc } from '../facts/libc';
import { firstWait, type ResolverConfig } from '../facts/resolver-config';

/** The doctor never sends more queries than this. */
export const MOST_QUERIES = 500;

/**
 * Counts queries before they are sent: a lookup takes what it may need at worst, and gives back what it did not need
 * once it has ended. What is not granted is not sent.
 */
export class QueryBudget {
  #spent = 0;
  #reserved = 0;

  /** Queries sent, at most. */
  get spent(): number {
    return this.#spent + this.#reserved;
  }

  /** Queries that may still be sent. */
  get left(): number {
    return MOST_QUERIES - this.spent;
  }

  /** Sets so many aside; false, and nothing is, where there are not so many. */
  reserve(queries: number): boolean {
    if (queries > this.left) return false;
    this.#reserved += queries;
    return true;
  }

  /** A lookup that had reserved so many has ended, having sent so many at most. */
  settle(reserved: number, sent: number): void {
    this.#reserved -= reserved;
    this.#spent += Math.min(sent, reserved);
  }
}

/** From so many addresses on, an answer may not fit into 512 bytes: libc then asks once more, over TCP. */
const MAY_BE_TRUNCATED = 12;
/** So many fit into the buffer that glibc begins with. It doubles it and asks again until the answer fits. */
const FIRST_BUFFER = 16;

/** How often libc asks one question, if all goes well, for an answer of so many addresses. */
export function timesAsked(addresses: number): number {
  if (addresses < MAY_BE_TRUNCATED) return 1;
  return 2 * (1 + Math.max(0, Math.ceil(Math.log2(addresses / FIRST_BUFFER))));
}

/** For a name of which nothing is known yet: asked for IPv4 alone, two hundred addresses take so many. */
export const TIMES_UNKNOWN = 6;

function typesAsked(family: Family): number {
  return family === 0 ? 2 : 1;
}

/** The most that libc sends for one name without search list; `times` as of {@link timesAsked}. */
export function queriesAtWorst(family: Family, config: ResolverConfig, libc: Libc, times: number): number {
  // Retries are for servers that are silent, repetitions for answers that are long.
  const rounds = Math.max(1, config.nameservers.length) * config.attempts + times - 1;
  const plain = typesAsked(family) * rounds;
  // glibc sends A again, twice, with a AAAA that is not answered (single-request, then reopen);
  // musl asks again at once after a SERVFAIL, up to twice for each type.
  if (libc.name === 'musl') return plain * 3;
  return family === 0 ? plain + 4 : plain;
}

/** The most that a lookup can have sent that came out like this. */
export function queriesSent(sample: Sample, config: ResolverConfig, libc: Libc): number {
  const times = timesAsked(sample.addresses.length);
  const atWorst = queriesAtWorst(sample.family, config, libc, times);
  if (isLost(sample) || sample.ms >= firstWait(config, libc) * 0.8) return atWorst;
  // A server that refuses at once passes the question on to the next.
  return Math.min(atWorst, times * typesAsked(sample.family) * Math.max(1, config.nameservers.length));
}
