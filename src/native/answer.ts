import { errnos } from '../shared/errors';

/** One address of an answer. */
export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** One entry of getaddrinfo's list, with every field. */
export interface AddrInfo extends Address {
  /** AF_INET or AF_INET6. */
  readonly family: 4 | 6;
  /** SOCK_STREAM, SOCK_DGRAM, SOCK_RAW. */
  readonly socktype: number;
  /** IPPROTO_TCP, IPPROTO_UDP ... */
  readonly protocol: number;
  /** As text, without the scope. */
  readonly address: string;
  /** 0 unless a service was asked for. */
  readonly port: number;
  /** The interface of a link-local IPv6 address. */
  readonly scopeId?: number;
  /** On every entry, where AI_CANONNAME was asked for. */
  readonly canonname?: string;
}

/** What getnameinfo found. */
export interface NameInfo {
  readonly hostname: string;
  readonly service: string;
}

/** What came of a question. */
export interface Answer {
  /** 0, or libuv's number for the failure. */
  readonly errno: number;
  /** In getaddrinfo's order; empty on a failure. */
  readonly addresses: readonly Address[];
  /** The same list with every field, where the question asked for that. */
  readonly entries: readonly AddrInfo[];
  /** Where getnameinfo was asked. */
  readonly name: NameInfo | undefined;
  /** A failure that AI_ADDRCONFIG alone made: the host has no address of the family, loopback apart. */
  readonly noLocalAddress: boolean;
  /** Of the question's candidates, the one that gave this answer. */
  readonly candidate: number;
}

const NONE: readonly never[] = Object.freeze([]);

/** An answer without addresses. */
export function failure(errno: number, noLocalAddress = false, candidate = 0): Answer {
  return { errno, addresses: NONE, entries: NONE, name: undefined, noLocalAddress, candidate };
}

/** An answer of addresses. */
export function found(
  addresses: readonly Address[],
  candidate = 0,
  entries: readonly AddrInfo[] = NONE,
): Answer {
  return { errno: 0, addresses, entries, name: undefined, noLocalAddress: false, candidate };
}

/** An answer of getnameinfo. */
export function named(name: NameInfo): Answer {
  return { errno: 0, addresses: NONE, entries: NONE, name, noLocalAddress: false, candidate: 0 };
}

export function isFound(answer: Answer): boolean {
  return answer.errno === 0;
}

/** The name exists, without an address of the family that was asked for. */
export function isNoData(answer: Answer): boolean {
  return answer.errno === errnos.EAI_NODATA || answer.errno === errnos.EAI_ADDRFAMILY;
}

/** Asking again may bring something else: EAI_AGAIN, or an error of the system such as EMFILE. */
export function isTransient(answer: Answer): boolean {
  return answer.errno === errnos.EAI_AGAIN || (answer.errno < 0 && answer.errno > errnos.EAI_ADDRFAMILY);
}

// Entries of one address (one for each socket type) stay together.
function groups<T extends Address>(list: readonly T[]): T[][] {
  const result: T[][] = [];
  for (const entry of list) {
    const last = result.at(-1);
    if (last?.[0]?.address === entry.address) last.push(entry);
    else result.push([entry]);
  }
  return result;
}

function turned<T extends Address>(list: readonly T[], by: number): readonly T[] {
  const all = groups(list);
  if (all.length < 2) return list;
  const result: T[] = [];
  for (let start = 0; start < all.length; ) {
    let end = start + 1;
    while (end < all.length && all[end]?.[0]?.family === all[start]?.[0]?.family) end += 1;
    const run = all.slice(start, end);
    const shift = by % run.length;
    result.push(...run.slice(shift).flat(), ...run.slice(0, shift).flat());
    start = end;
  }
  return result;
}

/** The same addresses, each family's list turned by so many places (round robin). */
export function turn(answer: Answer, by: number): Answer {
  if (by === 0 || answer.addresses.length < 2) return answer;
  const addresses = turned(answer.addresses, by);
  const entries = answer.entries.length > 0 ? turned(answer.entries, by) : answer.entries;
  return { ...answer, addresses, entries };
}
