import type { Finding } from '../checks/check';
import type { Libc } from '../facts/libc';
import type { Figures } from '../probing/figures';

/** What the probes of a host say, for machines: docs/doctor.md lists them. */
export type VerdictId =
  | 'healthy'
  | 'no-probes'
  | 'unknown-name'
  | 'no-address'
  | 'no-answer'
  | 'server-fails'
  | 'every-lookup-stalls'
  | 'aaaa-lost'
  | 'a-lost'
  | 'aaaa-fails'
  | 'aaaa-nxdomain'
  | 'pair-loses-one'
  | 'packet-loss'
  | 'intermittent-errors'
  | 'slow'
  | 'aaaa-slow';

export interface Verdict extends Finding {
  readonly id: VerdictId;
}

/** The three kinds of lookup of one host. */
export interface Evidence {
  readonly host: string;
  /** A alone, AAAA alone, both at once. */
  readonly a: Figures;
  readonly aaaa: Figures;
  readonly both: Figures;
  readonly libc: Libc;
  /** libc's first wait for an answer, in ms. */
  readonly wait: number;
  /** Names that libc asks for before the one that answers, itself included. */
  readonly candidates: number;
  /** Whether nsswitch.conf has getaddrinfo ask nameservers at all. */
  readonly asksDns: boolean;
}

/** A verdict, where this rule's condition holds. */
export type Rule = (evidence: Evidence) => Verdict | undefined;

/** Nearly all: one probe in ten may tell otherwise. */
export const NEARLY_ALL = 0.9;

/** `part` of all lookups of this kind, from 0 to 1. */
export const share = (part: number, whole: Figures): number => (whole.count === 0 ? 0 : part / whole.count);

/** The share of lookups that waited for a timeout. */
export const stalls = (figures: Figures): number => share(figures.stalled, figures);

/** Lookups with an answer that is one: addresses, or that there are none. */
export const usable = ({ outcomes: { answered, nodata } }: Figures): number => answered + nodata;

/** The share of lookups without an answer. */
export const lost = (figures: Figures): number =>
  share(figures.outcomes.failed + figures.outcomes.unanswered, figures);

/** Over the three kinds. */
export const sum = (of: (figures: Figures) => number, { a, aaaa, both }: Evidence): number =>
  of(a) + of(aaaa) + of(both);
