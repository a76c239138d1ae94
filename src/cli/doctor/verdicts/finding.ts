import type { RemedyId } from '../remedies/remedies';

/**
 * How a check came out. `fail`, `warn`: a fault, grave or not; the exit code is 1. `advice`: worth knowing, and no fault.
 * `skip` is not a pass: its evidence says why nothing could be said.
 */
export type Status = 'ok' | 'advice' | 'warn' | 'fail' | 'skip';

/** One thing that is so. */
export interface Finding {
  readonly status: Status;
  /** One line: what is so. */
  readonly message: string;
  /** What follows from it. */
  readonly meaning?: string;
  readonly remedies?: readonly RemedyId[];
}

const GRAVITY: Readonly<Record<Status, number>> = { skip: 0, ok: 1, advice: 2, warn: 3, fail: 4 };

/** The graver of the two. */
export function graver(one: Status, other: Status): Status {
  return GRAVITY[other] > GRAVITY[one] ? other : one;
}

/** The gravest first, otherwise in their order. */
export function byGravity<T extends { readonly status: Status }>(findings: readonly T[]): T[] {
  return findings.toSorted((a, b) => GRAVITY[b.status] - GRAVITY[a.status]);
}

/** Whether this is something to act on. */
export function isFault({ status }: { readonly status: Status }): boolean {
  return status === 'warn' || status === 'fail';
}
