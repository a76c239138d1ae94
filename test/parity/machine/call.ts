import type { Families } from '../../../src';

/** One lookup, as it is sent to a contestant's process. */
export interface Call {
  readonly name: string;
  readonly addrconfig: boolean;
  readonly order: 'verbatim' | 'ipv4first' | 'ipv6first';
  readonly hedge: number | false | undefined;
  readonly resolutionDelay: number;
}

/** What came of it. */
export interface Answer {
  /** OK, or Node's code of the failure. */
  readonly code: string;
  readonly addresses: readonly string[];
}

/** Who makes the calls in Node. */
export type Subject = 'dns.lookup' | 'c-ares' | Exclude<Families, 'ipv4-only'>;

export function isSubject(text: unknown): text is Subject {
  return ['dns.lookup', 'c-ares', 'ipv4-first', 'dual', 'system'].some((known) => known === text);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

export function isCall(value: unknown): value is Call {
  return isObject(value) && 'name' in value && 'resolutionDelay' in value;
}

export function isAnswer(value: unknown): value is Answer {
  return isObject(value) && 'code' in value && 'addresses' in value;
}
