import type { Sample } from '../../probe';
import type { Check, Status } from '../checks/check';
import { graver, isFinding } from '../checks/check';
import type { Figures } from '../probing/figures';
import type { Target } from '../probing/target';
import { type AdviceContext, type Remedy, remediesFor } from '../remedies/remedies';
import type { Verdict } from '../verdicts/evidence';

/** What was found out about one host. */
export interface HostReport {
  readonly target: Target;
  readonly verdict: Verdict;
  /** A alone, AAAA alone, both at once. */
  readonly a: Figures;
  readonly aaaa: Figures;
  readonly both: Figures;
  /** In the order in which they were begun. */
  readonly samples: readonly Sample[];
  /** Probes that were not sent because the queries were used up. */
  readonly skipped: number;
}

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
  readonly setting: AdviceContext;
  readonly checks: readonly Check[];
  readonly hosts: readonly HostReport[];
}

/** The checks in the order in which they explain each other: the cause first. */
const CAUSES = ['libc', 'resolv-conf', 'nameservers', 'probes', 'addresses', 'conntrack', 'node', 'place'];

// A word at the beginning, but no file and no host.
function capitalised(sentence: string): string {
  return sentence.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase());
}

/** The gravest finding in one sentence, and how grave it is. */
export function headline({ checks, interrupted }: Examination): { status: Status; sentence: string } {
  const status = checks.reduce<Status>((so, check) => graver(so, check.status), 'ok');
  const findings = checks.filter(isFinding);
  const [gravest] = findings
    .filter((check) => check.status === status)
    .sort((a, b) => CAUSES.indexOf(a.id) - CAUSES.indexOf(b.id));
  if (gravest !== undefined) {
    return { status, sentence: `${capitalised(gravest.summary)}.` };
  }
  const sentence = interrupted
    ? 'No fault found so far; the examination was interrupted.'
    : 'No fault found: names resolve quickly, with A alone and with both families.';
  return { status: 'ok', sentence };
}

/** What to paste for the findings. */
export function remediesOf({ checks, setting }: Examination): Remedy[] {
  return remediesFor(
    checks.filter(isFinding).flatMap(({ remedies }) => remedies),
    setting,
  );
}
