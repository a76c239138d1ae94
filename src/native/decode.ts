// What the addon hands over, made into answers and facts. {@link Addon.open} says what stands for what.

import type { Value } from './addon';
import { type Address, type AddrInfo, type Answer, failure, found, named } from './answer';

/** What a call showed beside its answer. */
export interface CallFacts {
  /** The place in the list of the nameserver that answered; undefined where libc does not tell. */
  readonly nameserver: number | undefined;
  /** Whether a nameserver was asked; undefined where libc does not tell. */
  readonly sent: boolean | undefined;
  /** ms that libc ran, for the candidate of the answer. */
  readonly askedFor: number;
  /** ms that it ran in all. */
  readonly ranFor: number;
  /** ms that the call waited for a thread. */
  readonly queuedFor: number;
}

/** What a call asks for: addresses, with every field or without, or the name of an address. */
export type Asked = 'addresses' | 'entries' | 'name';

export function answerOf(asked: Asked, status: number, value: Value, candidate: number): Answer {
  if (status < 0 || typeof value === 'boolean') return failure(status, value === true, candidate);
  if (typeof value === 'string') return found([{ address: value, family: status === 6 ? 6 : 4 }], candidate);
  if (asked === 'name') return named({ hostname: String(value[0]), service: String(value[1]) });
  if (asked === 'addresses') return found(addressesOf(value), candidate);
  const entries = entriesOf(value);
  return found(entries, candidate, entries);
}

function addressesOf(list: readonly (string | number)[]): Address[] {
  const addresses: Address[] = [];
  for (let at = 0; at < list.length; at += 2) {
    addresses.push({ address: String(list[at]), family: list[at + 1] === 6 ? 6 : 4 });
  }
  return addresses;
}

function entriesOf([canonname, ...list]: readonly (string | number)[]): AddrInfo[] {
  const entries: AddrInfo[] = [];
  for (let at = 0; at < list.length; at += 6) {
    const scopeId = Number(list[at + 5]);
    entries.push({
      family: list[at + 1] === 6 ? 6 : 4,
      socktype: Number(list[at + 2]),
      protocol: Number(list[at + 3]),
      address: String(list[at]),
      port: Number(list[at + 4]),
      ...(scopeId === 0 ? {} : { scopeId }),
      ...(canonname === '' ? {} : { canonname: String(canonname) }),
    });
  }
  return entries;
}

export function factsOf(nameserver: number, askedFor: number, ranFor: number, queuedFor: number): CallFacts {
  return {
    nameserver: nameserver < 0 ? undefined : nameserver,
    sent: nameserver === -1 ? undefined : nameserver !== -2,
    askedFor,
    ranFor,
    queuedFor,
  };
}
