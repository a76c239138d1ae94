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

/** What a lookup of one host is known to need. */
export interface LookupCost {
  /** Names that libc asks for in turn. */
  readonly names: number;
  /** How often each question is asked: {@link timesAsked}. */
  readonly times: number;
}

/** The questions of a lookup to which every answer comes at the first try. */
export function queriesUsually(family: Family, { names, times }: LookupCost): number {
  return typesAsked(family) * names * times;
}

/** The most that libc sends for one lookup. */
export function queriesAtWorst(
  family: Family,
  config: ResolverConfig,
  libc: Libc,
  { names, times }: LookupCost,
): number {
  // Retries are for servers that are silent, repetitions for answers that are long.
  const rounds = Math.max(1, config.nameservers.length) * config.attempts + times - 1;
  const plain = typesAsked(family) * rounds;
  // glibc sends A again, twice, with a AAAA that is not answered (single-request, then reopen);
  // musl asks again at once after a SERVFAIL, up to twice for each type.
  if (libc.name === 'musl') return plain * 3 * names;
  return (family === 0 ? plain + 4 : plain) * names;
}

/** The most that a lookup can have sent that came out like this. */
export function queriesSent(sample: Sample, config: ResolverConfig, libc: Libc, cost: LookupCost): number {
  const times = Math.max(cost.times, timesAsked(sample.addresses.length));
  const atWorst = queriesAtWorst(sample.family, config, libc, { ...cost, times });
  if (sample.ms >= firstWait(config, libc) * 0.8) return atWorst;
  const servers = Math.max(1, config.nameservers.length);
  const usually = queriesUsually(sample.family, { ...cost, times });
  // A server that fails at once passes the question on to the next, and the round is made again.
  return Math.min(atWorst, isLost(sample) ? usually * servers * config.attempts : usually * servers);
}
