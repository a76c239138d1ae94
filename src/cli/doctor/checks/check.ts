import type { RemedyId } from '../remedies/remedies';
import { byGravity, type Finding, isFault, type Status } from '../verdicts/finding';

/** What one check found. */
export interface Check {
  /** Stable, for machines: see docs/doctor.md. */
  readonly id: string;
  /** What was looked at, in a word or two. */
  readonly title: string;
  readonly status: Status;
  /** The cause behind a fault, for machines. */
  readonly cause?: string;
  /** One line for the table. */
  readonly summary: string;
  /** What was seen, a line each. */
  readonly evidence: readonly string[];
  /** What follows from it; absent where there is nothing to say. */
  readonly meaning?: string;
  readonly remedies: readonly RemedyId[];
}

/** A finding, and its cause for machines. */
export interface CausedFinding extends Finding {
  readonly id?: string;
}

const isNotable = (finding: Finding): boolean => isFault(finding) || finding.status === 'advice';

/** A check out of its findings: the gravest gives status and summary; `usual` is the summary when none is grave. */
export function checkOf(
  id: string,
  title: string,
  usual: string,
  evidence: readonly string[],
  all: readonly CausedFinding[],
): Check {
  const findings = byGravity(all.filter(isNotable));
  const notes = all.filter((finding) => !isNotable(finding));
  const [gravest, ...others] = findings;
  // Two findings may mean the same.
  const meanings = [...new Set([...findings, ...notes].flatMap(({ meaning }) => meaning ?? []))];
  return {
    id,
    title,
    status: gravest?.status ?? 'ok',
    ...(gravest?.id === undefined ? {} : { cause: gravest.id }),
    summary: gravest?.message ?? usual,
    evidence: [...others.map(({ message }) => message), ...evidence, ...notes.map(({ message }) => message)],
    ...(meanings.length === 0 ? {} : { meaning: meanings.join(' ') }),
    remedies: [...new Set(findings.flatMap(({ remedies = [] }) => remedies))],
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
