import { duration } from '../../duration';
import {
  answerOf,
  type Candidate,
  cellOf,
  foundAt,
  goesOn,
  type HostEvidence,
  isSilent,
  type ServerEvidence,
} from '../probing/evidence';
import { type Case, type Diagnosis, feltOf, median, SLOW, takesTurns } from './diagnosis';
import { networkOf } from './disagreement';

/** A walk through search domains that takes longer than this, in ms, is felt. */
const LONG_WALK = 500;

/** The candidates that libc asks for in vain before it comes to the answer; all of them where there is none. */
function inVain(host: HostEvidence): readonly Candidate[] {
  const found = foundAt(host);
  return found === -1 ? host.candidates : host.candidates.slice(0, found);
}

function typesLost(candidate: Candidate, server: string): ('A' | 'AAAA')[] {
  return (['A', 'AAAA'] as const).filter((type) => {
    const cell = cellOf(candidate, server, type);
    return cell !== undefined && cell.udp.length > 0 && cell.udp.every(isSilent);
  });
}

function dead(host: HostEvidence, server: ServerEvidence, of: Case): Diagnosis[] {
  return inVain(host).flatMap((candidate): Diagnosis[] => {
    const { domain, name } = candidate;
    const lost = typesLost(candidate, server.address);
    if (domain === undefined || lost.length === 0) return [];
    const random = server.random.get(domain) ?? [];
    const whole = random.length > 0 && random.every(isSilent);
    const what =
      lost.length === 2
        ? whole
          ? 'no name in it is answered'
          : `${name} is not answered`
        : `${lost[0]} of ${name} is not answered`;
    return [
      {
        id: 'search-domain-dead',
        host: host.host,
        server: server.address,
        domain: domain.replace(/\.$/, ''),
        status: 'fail',
        message: `the search domain ${domain.replace(/\.$/, '')} does not answer: ${takesTurns(of) ? `with rotate, a lookup of ${host.host} that asks ${server.address}` : `each lookup of ${host.host}`} waits for it (${what})`,
        meaning:
          'libc asks for the name under each search domain in turn, and waits for all its timeouts before it goes on to the next. Whoever serves this domain is down or cannot be reached by the nameserver.',
        remedies: ['trailing-dot', 'dns-config-ndots', 'search-domain'],
      },
    ];
  });
}

/** The slower one of A and AAAA. */
function takes(candidate: Candidate, server: string): number {
  return Math.max(
    0,
    ...candidate.cells.flatMap((cell) => (cell.server === server ? (answerOf(cell)?.ms ?? 0) : [])),
  );
}

function slow(host: HostEvidence, server: ServerEvidence, of: Case): Diagnosis[] {
  const times = inVain(host).flatMap((candidate) =>
    candidate.domain === undefined
      ? []
      : [{ domain: candidate.domain, ms: takes(candidate, server.address) }],
  );
  const total = times.reduce((sum, { ms }) => sum + ms, 0);
  const late = times.filter(({ ms }) => ms >= SLOW);
  const root = median(server.root.filter((reply) => !isSilent(reply)).map(({ ms }) => ms));
  // Slow for the doctor's own burst alone is no fault: the application's lookups count. Where servers take turns, by
  // chance all of both families may have gone to one.
  const counted = host.lookups.filter(({ family }) => family === 0 || takesTurns(of));
  const felt = feltOf(
    counted.map(({ ms }) => ms),
    of,
  );
  if (felt !== undefined && felt < total / 2) return [];
  if (total < LONG_WALK || late.length === 0 || (root !== undefined && root >= SLOW)) return [];
  return [
    {
      id: 'search-domain-slow',
      host: host.host,
      server: server.address,
      domain: late.map(({ domain }) => domain.replace(/\.$/, '')).join(' '),
      status: 'warn',
      message: `the search path costs ${duration(total)} before ${host.host} is asked for: ${late.map(({ domain, ms }) => `${domain.replace(/\.$/, '')} takes ${duration(ms)}`).join(', ')}`,
      meaning: 'libc asks for the name under each search domain in turn. These domains are served slowly.',
      remedies: ['trailing-dot', 'dns-config-ndots', 'search-domain'],
    },
  ];
}

/** The name as it is written is asked for first, and only a search domain has it. */
function asWritten(host: HostEvidence, server: ServerEvidence): Diagnosis[] {
  const candidate = inVain(host).find(({ domain }) => domain === undefined);
  const found = host.candidates[foundAt(host)];
  if (candidate === undefined || found === undefined) return [];
  const ms = takes(candidate, server.address);
  const isDead = typesLost(candidate, server.address).length > 0;
  if (!isDead && ms < LONG_WALK) return [];
  const what = isDead ? 'is not answered' : `takes ${duration(ms)}`;
  return [
    {
      id: isDead ? 'dead-name' : 'slow-name',
      host: host.host,
      server: server.address,
      status: isDead ? 'fail' : 'warn',
      message: `${candidate.name} ${what}: each lookup of ${host.host} waits for it before ${found.name} is asked for`,
      meaning:
        'libc first asks for the name as it is written, since it has as many dots as ndots says, and then under the search domains.',
      remedies: ['trailing-dot'],
    },
  ];
}

/** A search domain that has an address for whatever is asked. */
function wildcard(host: HostEvidence, server: ServerEvidence): Diagnosis[] {
  const candidate = host.candidates[foundAt(host)];
  if (candidate?.domain === undefined) return [];
  const wild = (server.random.get(candidate.domain) ?? []).flatMap(({ addresses }) => addresses);
  const addresses = addressesOf(candidate, server.address);
  // A short name is meant for the search list; one with a dot may be meant as it is.
  const dotted = host.host.replace(/\.$/, '').includes('.');
  const asIs = host.candidates.find(({ domain }) => domain === undefined);
  const meant = asIs === undefined ? [] : addressesOf(asIs, server.address);
  const same = meant.length > 0 && meant.some((address) => addresses.includes(address));
  const networks = new Set(wild.map(networkOf));
  if (!dotted || same || !addresses.some((address) => networks.has(networkOf(address)))) return [];
  return [
    {
      id: 'search-wildcard',
      host: host.host,
      server: server.address,
      domain: candidate.domain.replace(/\.$/, ''),
      status: 'fail',
      message: `${host.host} resolves to ${addresses.join(', ')} because the search domain ${candidate.domain.replace(/\.$/, '')} has an address for every name`,
      meaning:
        'A wildcard record answers for names that do not exist, before the name itself is asked for. The address is not the one that was meant.',
      remedies: ['trailing-dot', 'search-domain'],
    },
  ];
}

function addressesOf(candidate: Candidate, server: string): readonly string[] {
  return candidate.cells.flatMap((cell) => (cell.server === server ? (answerOf(cell)?.addresses ?? []) : []));
}

/** A candidate that gets an error: libc goes on, and at the end says EAI_AGAIN where nothing is found. */
function fails(host: HostEvidence, server: ServerEvidence): Diagnosis[] {
  const looked = host.lookups.filter(({ family }) => family !== 6);
  if (looked.length === 0 || !looked.every(({ outcome }) => outcome === 'failed')) return [];
  return inVain(host).flatMap((candidate): Diagnosis[] => {
    const { domain } = candidate;
    const cell = cellOf(candidate, server.address, 'A');
    const answer = cell === undefined ? undefined : answerOf(cell);
    if (domain === undefined || answer === undefined || !goesOn(answer)) return [];
    if (answer.rcode === 'NXDOMAIN' || answer.rcode === 'NOERROR') return [];
    return [
      {
        id: 'search-domain-fails',
        host: host.host,
        server: server.address,
        domain: domain.replace(/\.$/, ''),
        status: 'fail',
        message: `the search domain ${domain.replace(/\.$/, '')} answers ${answer.rcode}: lookups of ${host.host} fail`,
        meaning:
          'libc cannot tell whether the name is in that domain, and does not say that it does not exist.',
        remedies: ['trailing-dot', 'search-domain'],
      },
    ];
  });
}

/** What the search path does to a host: the first of these that holds. */
export function searchDiagnoses(host: HostEvidence, server: ServerEvidence, of: Case): Diagnosis[] {
  for (const rule of [dead, asWritten, slow, wildcard, fails]) {
    const found = rule(host, server, of);
    const domains = found.flatMap(({ domain }) => domain ?? []).join(' ');
    if (found[0] !== undefined) return [{ ...found[0], ...(domains === '' ? {} : { domain: domains }) }];
  }
  return [];
}
