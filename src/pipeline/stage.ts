import type { Answer } from '../native/answer';
import type { Families, Family } from '../options/resolver-options';
import type { Cancelable } from './cancelable';
import type { Counters } from './counters';
import type { LookupTrace } from './trace';

/** A question for getaddrinfo(3), every field checked. */
export interface AddressQuestion {
  /** As the caller wrote it: for messages. Undefined: the host itself. */
  readonly hostname: string | undefined;
  /** The host in ASCII; null: the host itself. */
  readonly node: string | null;
  /** Absolute names to ask for in `node`'s place, each where the one before does not exist. */
  readonly candidates?: readonly string[];
  /**
   * The same for hedges: the first candidate, of which libc asks A and AAAA one after the other, since it is absolute;
   * then `node` itself, as libc walks its search list.
   */
  readonly hedgeCandidates?: readonly [string, string];
  readonly service: string | null;
  /** The policy, where the caller named no family. Undefined: `family` is asked as it stands. */
  readonly families: Families | undefined;
  readonly family: Family;
  readonly socktype: number;
  readonly protocol: number;
  /** AI_*, or-ed. */
  readonly flags: number;
  /** How often it may be asked again where it is late. Absent: as often as its family says. */
  readonly maxHedges?: number;
  /** The answer is to have every field of every entry. */
  readonly full: boolean;
}

/** A question for getnameinfo(3), every field checked. */
export interface NameQuestion {
  /** An IP address. */
  readonly address: string;
  readonly port: number;
  /** NI_*, or-ed. */
  readonly nameFlags: number;
}

export type Question = AddressQuestion | NameQuestion;

/** One lookup on its way down the stages. A stage hands on a copy where it changes something. */
export interface Lookup<Q = AddressQuestion> {
  readonly question: Q;
  /** By the clock, when nobody waits any more; Infinity: never. */
  readonly deadline: number;
  /** It refreshes a cache: nobody waits, and it does not keep the process alive. */
  readonly background: boolean;
  readonly trace: LookupTrace | undefined;
  readonly counters: Counters;
  /** Takes no more subscribers once a call is late. */
  readonly shared: { close(): void } | undefined;
}

/**
 * A stage of the pipeline. `done` is called at most once, never before the stage has returned, and never
 * after `cancel`.
 */
export type Stage<Q = AddressQuestion> = (lookup: Lookup<Q>, done: (answer: Answer) => void) => Cancelable;
