import { existsSync } from 'node:fs';
import { etcGeneration, libc, type ResolverState, type SearchPath, searchPath } from '../native/libc';
import { now } from '../shared/monotonic-clock';
import { onDemand } from '../shared/on-demand';
import { readHostsFile } from './hosts-file';
import { type HostSources, readHostSources } from './nsswitch';

/**
 * How a name has to be asked for, so that the answer is one that getaddrinfo(AF_UNSPEC) gives.
 * - `system`: AF_UNSPEC itself. Nothing is gained by asking for one family: the name is in the hosts file, or only
 *   libc knows what becomes of it.
 * - `system-with-rescue`: AF_UNSPEC, since other modules answer too; where it is late, the first candidate's A.
 * - `first`: the first candidate's A. If it is not there, AF_UNSPEC: a module after the nameservers makes
 *   "no such name" of a name without A.
 * - `walk`: the candidates' A, one after another. "No such name" is final.
 */
export type Course =
  | { readonly kind: 'system' }
  | {
      readonly kind: 'system-with-rescue' | 'first' | 'walk';
      readonly candidates: readonly string[];
      /** AF_UNSPEC asks for A, and only where that is answered for AAAA. */
      readonly asksOneByOne: boolean;
    };

const SYSTEM: Course = { kind: 'system' };

/** What the files in /etc say; read again when one of them has changed. */
interface SystemFiles {
  readonly generation: number;
  readonly hosts: ReadonlySet<string>;
  readonly sources: HostSources;
  readonly hasNscd: boolean;
  readonly ownName: string;
}

/** ms for which a look at the files holds: a burst of lookups looks once. */
const LOOK_HOLDS = 1;
/** ms for which the host's addresses are taken for the same. */
const ADDRESSES_HOLD = 10_000;
/** glibc's own record of the search list ends here (MAXDNSRCH); libc itself may know more of it. */
const MAX_DOMAINS = 6;
/** Octets of a name, its dots included (RFC 1035, section 2.3.4). */
const MAX_NAME = 253;

const os = onDemand(
  (get) => get('node:os'),
  () => require('node:os'),
);

const isGlibc = libc.startsWith('glibc');
const isMusl = process.platform === 'linux' && !isGlibc;

let files: SystemFiles | undefined;
let lookedAt = Number.NEGATIVE_INFINITY;

function systemFiles(): SystemFiles {
  if (files !== undefined && now() - lookedAt < LOOK_HOLDS) return files;
  const generation = etcGeneration();
  if (files === undefined || files.generation !== generation) {
    files = {
      generation,
      hosts: readHostsFile(),
      sources: isGlibc ? readHostSources() : 'dns-then-others',
      ownName: os().hostname().toLowerCase(),
      hasNscd: isGlibc && (existsSync('/run/nscd/socket') || existsSync('/var/run/nscd/socket')),
    };
  }
  lookedAt = now();
  return files;
}

/** Grows whenever a file that name lookups depend on has changed. */
export function systemGeneration(): number {
  return systemFiles().generation;
}

/**
 * Whether a module after the nameservers, or nscd, makes "no such name" of a question that no nameserver answered
 * (nsswitch.conf(5): TRYAGAIN goes on to the next module).
 */
export function hidesFailures(): boolean {
  const { sources, hasNscd } = systemFiles();
  return isGlibc && (hasNscd || sources !== 'files-dns');
}

let onlyIpv6 = false;
let addressesUntil = Number.NEGATIVE_INFINITY;

// By the measure of AI_ADDRCONFIG: loopback addresses do not count. A link-local IPv6 address leads nowhere.
function hasOnlyIpv6(): boolean {
  if (now() < addressesUntil) return onlyIpv6;
  const addresses = Object.values(os().networkInterfaces()).flatMap((list) => list ?? []);
  const outside = addresses.filter(({ internal }) => !internal);
  const hasIpv4 = outside.some(({ family }) => family === 'IPv4');
  onlyIpv6 =
    !hasIpv4 && outside.some(({ family, address }) => family === 'IPv6' && !address.startsWith('fe80:'));
  addressesUntil = now() + ADDRESSES_HOLD;
  return onlyIpv6;
}

/** What nss-myhostname answers for, with a dot at the end or without one (nss-myhostname(8)). */
const LOCAL_NAME = /^(?:(?:.+\.)?localhost(?:\.localdomain)?|_gateway|_outbound)\.?$/;

/** Digits and dots, or what inet_aton(3) takes as well: AF_INET refuses such a name without looking. */
const NUMERIC = /^[\d][\da-fx.]*$/;

/** The names that libc asks nameservers for, in order; absolute (glibc, resolv/res_query.c). */
export function candidatesOf(
  name: string,
  { ndots, asksSingleLabel, domains }: Omit<SearchPath, 'asksOneByOne'>,
): readonly string[] {
  if (name.endsWith('.')) return [name];
  const asIs = `${name}.`;
  if (domains.length === 0) return [asIs];
  const dots = name.split('.').length - 1;
  const searched = domains.map((domain) => {
    const bare = domain.replace(/^\./, '').replace(/\.$/, '');
    return bare === '' ? asIs : `${name}.${bare}.`;
  });
  if (dots === 0 && !asksSingleLabel && ndots > 0) return [...new Set(searched)];
  // Where the root is in the list, the name is asked for again.
  return dots >= ndots ? [asIs, ...searched] : [...new Set([...searched, asIs])];
}

/** The search path of one resolver, as libc has it; asked again when a file has changed. */
export class ResolverSearchPath {
  readonly #resolver: ResolverState | undefined;
  #generation: number | undefined;
  #path: SearchPath | undefined;

  constructor(resolver: ResolverState | undefined) {
    this.#resolver = resolver;
  }

  /** Undefined where libc does not tell, or knows more than it tells. */
  candidates(name: string): { candidates: readonly string[]; asksOneByOne: boolean } | undefined {
    const generation = systemGeneration();
    if (this.#generation !== generation) {
      this.#path = searchPath(this.#resolver);
      this.#generation = generation;
    }
    if (this.#path === undefined || this.#path.domains.length >= MAX_DOMAINS) return undefined;
    const candidates = candidatesOf(name, this.#path);
    if (candidates.some((candidate) => candidate.length > MAX_NAME + 1)) return undefined;
    return { candidates, asksOneByOne: this.#path.asksOneByOne };
  }
}

/** How this name has to be asked for now. `name` is in ASCII and in lower case. */
export function courseOf(name: string, path: ResolverSearchPath): Course {
  const { hosts, sources, hasNscd, ownName } = systemFiles();
  if (hosts.has(name) || NUMERIC.test(name) || hasOnlyIpv6()) return SYSTEM;
  if (isMusl) return { kind: 'first', candidates: [name], asksOneByOne: false };
  if (!isGlibc || (process.env['HOSTALIASES'] !== undefined && !name.includes('.'))) return SYSTEM;
  const walk = path.candidates(name);
  if (walk === undefined || walk.candidates.some((candidate) => hosts.has(candidate))) return SYSTEM;
  if (!hasNscd && sources === 'files-dns') return { kind: 'walk', ...walk };
  // A module after the nameservers may know a candidate that the nameservers do not: libc first asks them for all.
  const isLocal = LOCAL_NAME.test(name) || name.replace(/\.$/, '') === ownName;
  if (isLocal) return SYSTEM;
  const isFirst =
    sources === 'dns-then-local' || (sources === 'dns-then-others' && new Set(walk.candidates).size === 1);
  return { kind: !hasNscd && isFirst ? 'first' : 'system-with-rescue', ...walk };
}
