import type { System } from '../facts/system';
import type { Evidence } from '../probing/evidence';
import { percentile } from '../probing/figures';
import type { Finding } from './finding';

/** What is wrong, for machines: docs/doctor.md describes each. */
export type CauseId =
  | 'dead-nameserver'
  | 'closed-port'
  | 'unreachable-nameserver'
  | 'nameserver-refuses'
  | 'dead-forwarder'
  | 'slow-nameserver'
  | 'timeout-too-short'
  | 'nameservers-disagree'
  | 'rate-limited'
  | 'tcp-closed'
  | 'big-answers-lost'
  | 'search-domain-dead'
  | 'search-domain-slow'
  | 'search-domain-fails'
  | 'search-wildcard'
  | 'dead-name'
  | 'slow-name'
  | 'name-fails'
  | 'unknown-name'
  | 'no-address'
  | 'no-ipv6-route'
  | 'no-ipv4-route'
  | 'stale-hosts-line'
  | 'aaaa-lost'
  | 'a-lost'
  | 'aaaa-slow'
  | 'aaaa-nxdomain'
  | 'aaaa-fails'
  | 'first-lookup-slow'
  | 'sometimes-slow'
  | 'conntrack-race'
  | 'packet-loss'
  | 'intermittent-errors'
  | 'lookups-stall';

/** A cause, and what it is about. */
export interface Diagnosis extends Finding {
  readonly id: CauseId;
  readonly server?: string;
  readonly host?: string;
  /** The search domain at fault; several with a blank between them. */
  readonly domain?: string;
}

/** What a diagnosis is made from. */
export interface Case {
  readonly system: System;
  readonly evidence: Evidence;
  /** libc's first wait for an answer, in ms. */
  readonly wait: number;
  /** Packets that connection tracking dropped, or clashes it had to resolve, while the lookups ran. */
  readonly clashes: number;
  /** The hosts are the doctor's own choice: a name that is unknown here is no fault. */
  readonly guessed: boolean;
}

/** ms; an answer later than that is slow for a name that the server has in its cache. */
export const SLOW = 200;

/** The value in the middle; undefined of an empty list. */
export function median(values: readonly number[]): number | undefined {
  const ascending = values.toSorted((a, b) => a - b);
  return ascending[Math.floor((ascending.length - 1) / 2)];
}

/** Whether libc begins with each of several nameservers in turn. */
export function takesTurns({ system, evidence }: Case): boolean {
  return evidence.servers.length > 1 && system.config.options.includes('rotate');
}

/** What lookups take, as it is felt: with rotate, one of the nameservers answers only a share of them. */
export function feltOf(times: readonly number[], of: Case): number | undefined {
  if (!takesTurns(of)) return median(times);
  return times.length === 0
    ? undefined
    : percentile(
        times.toSorted((a, b) => a - b),
        95,
      );
}
