import { duration } from '../../duration';
import type { Check } from '../checks/check';
import type { Evidence } from '../probing/evidence';
import { percentile } from '../probing/figures';
import { type Remedy, remediesFor } from '../remedies/remedies';
import type { AdviceContext } from '../remedies/remedy';
import type { Diagnoses } from '../verdicts/diagnose';
import { graver, isFault, type Status } from '../verdicts/finding';

/** All that one run of the doctor knows. */
export interface Examination {
  readonly version: string;
  readonly startedAt: Date;
  /** ms. */
  readonly duration: number;
  /** Ctrl-C: what is here is what was known by then. */
  readonly interrupted: boolean;
  /** Queries sent, at most. */
  readonly queries: number;
  /** libc's first wait for an answer, in ms. */
  readonly wait: number;
  readonly context: AdviceContext;
  readonly evidence: Evidence;
  readonly diagnoses: Diagnoses;
  readonly checks: readonly Check[];
}

/** The checks in the order in which they explain each other: the cause first. */
const CAUSES = [
  'libc',
  'resolv-conf',
  'nameservers',
  'lookups',
  'conntrack',
  'addresses',
  'node',
  'environment',
];

// A word at the beginning, but no file and no host.
function capitalised(sentence: string): string {
  return sentence.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase());
}

/** The gravest fault in one sentence, how grave it is, and its cause for machines. */
export interface Headline {
  readonly status: Status;
  readonly sentence: string;
  readonly cause: string | null;
}

/** ms; a lookup that takes less is not felt. */
const QUICK = 100;

function howFast({ hosts }: Evidence): string {
  const times = hosts.map(({ lookups }) => lookups.map(({ ms }) => ms).toSorted((a, b) => a - b));
  const slowest = Math.max(0, ...times.map((ascending) => percentile(ascending, 95)));
  return slowest < QUICK ? 'quickly' : `in up to ${duration(slowest)}`;
}

export function headline({ checks, diagnoses, evidence, interrupted }: Examination): Headline {
  const faults = checks.filter(isFault);
  const status = faults.reduce<Status>((so, check) => graver(so, check.status), 'ok');
  const [gravest] = faults
    .filter((check) => check.status === status)
    .sort((a, b) => CAUSES.indexOf(a.id) - CAUSES.indexOf(b.id));
  if (gravest !== undefined) {
    return { status, sentence: `${capitalised(gravest.summary)}.`, cause: gravest.cause ?? gravest.id };
  }
  const notes = [...diagnoses.servers, ...diagnoses.hosts];
  const sentence = interrupted
    ? 'No fault found so far; the run was interrupted.'
    : notes[0] === undefined
      ? `No fault found: names resolve ${howFast(evidence)}, with A alone and with both families.`
      : `No fault found: ${notes[0].message}.`;
  return { status: 'ok', sentence, cause: null };
}

/** What to paste for the faults: for the headline's first, and no more than fits. */
export function remediesOf({ checks, context }: Examination): Remedy[] {
  return remediesFor(
    checks.filter(isFault).flatMap(({ remedies }) => remedies),
    context,
  );
}
