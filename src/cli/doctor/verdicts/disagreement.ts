import { isIPv4 } from 'node:net';
import { type Cell, foundAt, type HostEvidence, isSilent } from '../probing/evidence';
import type { Reply } from '../probing/question';
import type { Case, Diagnosis } from './diagnosis';

interface Said {
  readonly server: string;
  readonly addresses: ReadonlySet<string>;
  /** Its answers differ from one to the next. */
  readonly rotates: boolean;
  readonly unknown: boolean;
}

function saidBy({ server, udp }: Cell): Said | undefined {
  const answers = udp.filter(
    (reply: Reply) =>
      !isSilent(reply) && !reply.truncated && reply.rcode !== 'SERVFAIL' && reply.rcode !== 'REFUSED',
  );
  if (answers.length === 0) return undefined;
  const sets = new Set(answers.map(({ addresses }) => addresses.toSorted().join(' ')));
  return {
    server,
    addresses: new Set(answers.flatMap(({ addresses }) => addresses)),
    rotates: sets.size > 1,
    unknown: answers.every(({ addresses }) => addresses.length === 0),
  };
}

/** The network an address is in, as large content networks cut theirs: /16, or /32 for IPv6. */
export function networkOf(address: string): string {
  return isIPv4(address)
    ? address.split('.').slice(0, 2).join('.')
    : address.split(':').slice(0, 2).join(':');
}

function overlap(one: Iterable<string>, other: Iterable<string>): boolean {
  const those = new Set(other);
  return [...one].some((value) => those.has(value));
}

/** Two answers that cannot be the same set of addresses in another order, or another part of it. */
function differ(one: Said, other: Said): boolean {
  if (one.unknown !== other.unknown) return true;
  if (one.unknown || one.rotates || other.rotates) return false;
  if (overlap(one.addresses, other.addresses)) return false;
  return !overlap([...one.addresses].map(networkOf), [...other.addresses].map(networkOf));
}

const MOST_SHOWN = 3;
const list = (addresses: ReadonlySet<string>): string => {
  const shown = [...addresses].slice(0, MOST_SHOWN).join(', ');
  return addresses.size > MOST_SHOWN
    ? `${shown} and ${addresses.size - MOST_SHOWN} more`
    : shown || 'no address';
};

const OUT_OF_DATE =
  'One of them holds a record that is out of date, or they are meant to differ (an internal and a public view). libc takes the answer of whichever it asks first as the truth.';

function diagnosisFor(host: string, said: readonly Said[]): Diagnosis[] {
  const [first, second] = said;
  if (first === undefined || second === undefined) return [];
  // With three servers, the one that is alone is the one that is wrong.
  const alone = said.filter((one) => said.every((other) => other === one || differ(one, other)));
  const [odd] = alone;
  const common = { id: 'nameservers-disagree', host, status: 'warn', meaning: OUT_OF_DATE } as const;
  if (said.length > 2 && odd !== undefined && alone.length === 1) {
    const what = odd.unknown ? 'does not know' : `answers with ${list(odd.addresses)} for`;
    const rest = said.filter((one) => one !== odd);
    return [
      {
        ...common,
        server: odd.server,
        message: `nameserver ${odd.server} ${what} ${host}; ${rest.map(({ server }) => server).join(' and ')} ${rest.every(({ unknown }) => unknown) ? 'do not know it' : `say ${list(rest.find(({ unknown }) => !unknown)?.addresses ?? new Set())}`}`,
        remedies: ['consistent-nameservers'],
      },
    ];
  }
  const other = said.find((one) => differ(first, one));
  if (other === undefined) return [];
  const unknown = first.unknown ? first : other.unknown ? other : undefined;
  const message =
    unknown === undefined
      ? `nameservers ${first.server} and ${other.server} disagree on ${host}: ${list(first.addresses)} from the first, ${list(other.addresses)} from the other`
      : `nameserver ${unknown.server} does not know ${host}, which ${unknown === first ? other.server : first.server} resolves`;
  return [
    {
      ...common,
      // Which of the two is right cannot be known from here.
      server: (unknown ?? other).server,
      message,
      remedies: ['consistent-nameservers'],
    },
  ];
}

function forHost(host: HostEvidence): Diagnosis[] {
  const candidate = host.candidates[foundAt(host)];
  const said = (type: Cell['type']): Said[] =>
    candidate?.cells.flatMap((cell) => (cell.type === type ? (saidBy(cell) ?? []) : [])) ?? [];
  const ofA = diagnosisFor(host.host, said('A'));
  // A server that leaves AAAA out means to.
  return ofA.length > 0
    ? ofA
    : diagnosisFor(
        host.host,
        said('AAAA').filter(({ unknown }) => !unknown),
      );
}

/** Nameservers that say different things of one name, beyond what rotation explains. */
export function disagreements({ evidence }: Case): Diagnosis[] {
  return evidence.hosts.flatMap(forHost);
}
