import type { Sample } from '../probe';
import type { Libc } from './libc';
import { firstWait, type ResolverConfig } from './resolver-config';

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

function typesAsked(family: Sample['family']): number {
  return family === 0 ? 2 : 1;
}

/** The most that libc sends for one name without search list. */
export function queriesAtWorst(family: Sample['family'], config: ResolverConfig, libc: Libc): number {
  const rounds = Math.max(1, config.nameservers.length) * config.attempts;
  const plain = typesAsked(family) * rounds;
  // glibc sends A again, twice, with a AAAA that is not answered (single-request, then reopen);
  // musl asks again at once after a SERVFAIL, up to twice for each type.
  if (libc.name === 'musl') return plain * 3;
  return family === 0 ? plain + 4 : plain;
}

/** The most that a lookup can have sent that came out like this. */
export function queriesSent(sample: Sample, config: ResolverConfig, libc: Libc): number {
  const atWorst = queriesAtWorst(sample.family, config, libc);
  const retried = sample.outcome === 'failed' || sample.outcome === 'unanswered';
  if (retried || sample.ms >= firstWait(config, libc) * 0.8) return atWorst;
  // A server that refuses at once passes the question on to the next.
  return Math.min(atWorst, typesAsked(sample.family) * Math.max(1, config.nameservers.length));
}
