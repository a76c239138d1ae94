/** How the server answers queries of one type for a name. */
export interface Reply {
  readonly kind: 'addresses' | 'nodata' | 'servfail' | 'refused' | 'lost';
  /** ms from query to answer. */
  readonly delay: number;
  /** What becomes of the first query of this type, where it is another thing. */
  readonly first: 'servfail' | 'lost' | undefined;
}

/** A name that exists. */
export interface Host {
  readonly a: Reply;
  readonly aaaa: Reply;
  /** CNAMEs ahead of the addresses. */
  readonly cnames: number;
  /** The last CNAME leads to a name that does not exist. */
  readonly dangling: boolean;
}

/** A domain of the search list, and what stands in it. Undefined: nothing of that name. */
export interface SearchDomain {
  readonly domain: string;
  readonly host: Host | undefined;
  readonly wildcard: Host | undefined;
}

export interface HostsLine {
  readonly address: string;
  /** The name looked up, that name in the first search domain, or one that nobody asks for. */
  readonly name: 'asked' | 'qualified' | 'other';
  /** The name is the second on its line. */
  readonly alias: boolean;
}

export interface Nameserver {
  readonly kind: 'answers' | 'silent' | 'servfail' | 'refused';
  readonly delay: number;
}

export type Order = 'verbatim' | 'ipv4first' | 'ipv6first';

/** A generated set-up, and the lookup that is made in it. */
export interface Setup {
  /** As the caller writes it. */
  readonly name: string;
  /** What the name leads to as it stands. */
  readonly absolute: Host | undefined;
  readonly search: readonly SearchDomain[];
  readonly ndots: number;
  /** Words of resolv.conf's options line. */
  readonly options: readonly string[];
  readonly attempts: number;
  readonly nameservers: readonly Nameserver[];
  /** The line `hosts:` of nsswitch.conf. */
  readonly nsswitch: string;
  readonly hosts: readonly HostsLine[];
  /** The host has no IPv4 address but loopback. */
  readonly ipv6Host: boolean;
  readonly addrconfig: boolean;
  readonly order: Order;
  /** Options of our resolver. */
  readonly hedge: number | false | undefined;
  readonly resolutionDelay: number;
}

export const FAMILIES = ['ipv4-first', 'dual', 'system'] as const;

/** The hosts of a set-up, with the queries that each gets. */
export function hostsOf({ absolute, search }: Setup): Host[] {
  const hosts = [absolute, ...search.flatMap(({ host, wildcard }) => [host, wildcard])];
  return hosts.filter((host) => host !== undefined);
}

const repliesOf = (setup: Setup): Reply[] => hostsOf(setup).flatMap(({ a, aaaa }) => [a, aaaa]);

/** Whether an answer depends on how often it has been asked for. */
export function isTransient(setup: Setup): boolean {
  return repliesOf(setup).some(({ first }) => first !== undefined);
}

/** The same, with every reply changed. */
export function withReplies(setup: Setup, change: (reply: Reply) => Reply): Setup {
  const host = (each: Host | undefined) => each && { ...each, a: change(each.a), aaaa: change(each.aaaa) };
  return {
    ...setup,
    absolute: host(setup.absolute),
    search: setup.search.map((each) => ({
      domain: each.domain,
      host: host(each.host),
      wildcard: host(each.wildcard),
    })),
  };
}

/** The same, with nothing that happens to first queries alone. */
export function settled(setup: Setup): Setup {
  return withReplies(setup, (reply) => ({ ...reply, first: undefined }));
}

/** Whether a query may have no answer. */
export function isLossy(setup: Setup): boolean {
  return (
    setup.nameservers.some(({ kind }) => kind === 'silent') ||
    repliesOf(setup).some(({ kind, first }) => kind === 'lost' || first === 'lost')
  );
}

/** Whether every query is answered at once, and by addresses, NODATA or NXDOMAIN. */
export function isCalm(setup: Setup): boolean {
  return (
    setup.nameservers.every(({ kind, delay }) => kind === 'answers' && delay === 0) &&
    repliesOf(setup).every(
      ({ kind, delay, first }) =>
        (kind === 'addresses' || kind === 'nodata') && delay === 0 && first === undefined,
    )
  );
}
