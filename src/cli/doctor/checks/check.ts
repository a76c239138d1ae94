import type { RemedyId } from '../remedies/remedies';

/** How a check came out; `skip` is not a pass: its evidence says why nothing could be said. */
export type Status = 'ok' | 'warn' | 'fail' | 'skip';

/** What one check found. */
export interface Check {
  /** Stable, for machines: see docs/doctor.md. */
  readonly id: string;
  /** What was looked at, in a word or two. */
  readonly title: string;
  readonly status: Status;
  /** One line for the table. */
  readonly summary: string;
  /** What was seen, a line each. */
  readonly evidence: readonly string[];
  /** What follows from it; absent where there is nothing to say. */
  readonly meaning?: string;
  readonly remedies: readonly RemedyId[];
}

/** One thing a check has to say about what it looked at. */
export interface Finding {
  readonly status: Status;
  /** One line: what is so. */
  readonly message: string;
  /** What follows from it. */
  readonly meaning?: string;
  readonly remedies?: readonly RemedyId[];
}

const GRAVITY: Readonly<Record<Status, number>> = { skip: 0, ok: 1, warn: 2, fail: 3 };

/** The graver of the two. */
export function graver(one: Status, other: Status): Status {
  return GRAVITY[other] > GRAVITY[one] ? other : one;
}

/** Whether this is something to act on. */
export function isFinding({ status }: { readonly status: Status }): boolean {
  return status === 'warn' || status === 'fail';
}

/** A check out of its remarks: the gravest gives status and summary; `usual` is the summary when none is grave. */
export function checkOf(
  id: string,
  title: string,
  usual: string,
  evidence: readonly string[],
  remarks: readonly Finding[],
): Check {
  const findings = remarks.filter(isFinding).sort((a, b) => GRAVITY[b.status] - GRAVITY[a.status]);
  const notes = remarks.filter((remark) => !isFinding(remark));
  // Two remarks may follow from the same thing.
  const meanings = [...new Set([...findings, ...notes].flatMap(({ meaning }) => meaning ?? []))];
  return {
    id,
    title,
    status: findings[0]?.status ?? 'ok',
    summary: findings[0]?.message ?? usual,
    evidence: [
      ...evidence,
      ...findings.slice(1).map(({ message }) => message),
      ...notes.map(({ message }) => message),
    ],
    ...(meanings.length === 0 ? {} : { meaning: meanings.join(' ') }),
    remedies: [...new Set(remarks.flatMap(({ remedies = [] }) => remedies))],
  };
}

/** A check that could not be made, and why. */
export function skipped(id: string, title: string, why: string, meaning?: string): Check {
  return {
    id,
    title,
    status: 'skip',
    summary: why,
    evidence: [],
    ...(meaning === undefined ? {} : { meaning }),
    remedies: [],
  };
}
