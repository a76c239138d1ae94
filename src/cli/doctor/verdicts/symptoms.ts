import { duration } from '../../duration';
import { isLost } from '../../probe';
import {
  answerOf,
  type Candidate,
  type Evidence,
  foundAt,
  type HostEvidence,
  isSilent,
} from '../probing/evidence';
import { type Figures, figuresOf, hasStalled } from '../probing/figures';
import type { Reply } from '../probing/question';
import { type Case, type Diagnosis, SLOW } from './diagnosis';

/** The lookups of one host, by what they asked for. */
export interface Kinds {
  readonly a: Figures;
  readonly aaaa: Figures;
  readonly both: Figures;
}

export function kindsOf({ lookups }: HostEvidence, wait: number): Kinds {
  const of = (family: 0 | 4 | 6): Figures =>
    figuresOf(
      lookups.filter((sample) => sample.family === family),
      wait,
    );
  return { a: of(4), aaaa: of(6), both: of(0) };
}

/** A share of slow lookups, as small as this, is felt. */
const FELT = 0.05;
/** ms; a lookup that takes so long is slow, whatever the others take. */
const TARDY = 1000;

/** So many stalls of pairs, and none of single questions, do not come from a lossy network by chance (1 in 16). */
const BEYOND_CHANCE = 4;
/** A pair that is lost by chance has twice the risk of a single question: far from this. */
const FAR_MORE = 6;
/** So many stalls of one type, and none of the other, likewise (1 in 32). */
const ONE_TYPE = 5;

type Rule = (host: HostEvidence, kinds: Kinds, of: Case) => Omit<Diagnosis, 'host'> | undefined;

const stalledIn = ({ a, aaaa, both }: Kinds): number => a.stalled + aaaa.stalled + both.stalled;
const countIn = ({ a, aaaa, both }: Kinds): number => a.count + aaaa.count + both.count;

const firstLookupSlow: Rule = ({ host, lookups }, _kinds, { wait }) => {
  const [first, ...rest] = lookups;
  const slow = (ms: number): boolean => ms >= Math.min(TARDY, wait * 0.9);
  if (first === undefined || !slow(first.ms) || rest.length < 3) return undefined;
  if (rest.filter(({ ms }) => slow(ms)).length > rest.length * 0.02) return undefined;
  const end = first.outcome === 'answered' ? '' : ' and found nothing';
  return {
    id: 'first-lookup-slow',
    status: 'warn',
    message: `the first lookup of ${host} took ${duration(first.ms)}${end}; the ${rest.length} after it did not`,
    meaning:
      'Nobody had asked for this name before: the nameserver had to fetch the answer, or a packet was lost. An application that starts meets the same.',
    remedies: ['hedge'],
  };
};

const oneTypeLost: Rule = ({ host }, { a, aaaa, both }) => {
  if (aaaa.stalled < ONE_TYPE || a.stalled > 0) return undefined;
  return {
    id: 'aaaa-lost',
    status: 'fail',
    message: `AAAA answers for ${host} are lost now and then (${aaaa.stalled} of ${aaaa.count}): a lookup of both families takes up to ${duration(both.max)}, A alone ${duration(a.max)}`,
    meaning:
      'dns.lookup, curl and most programs ask for both families, and wait for the answer that does not come.',
    remedies: ['lookup4', 'register'],
  };
};

const conntrackRace: Rule = ({ host }, { a, aaaa, both }, { wait, clashes, system }) => {
  const alone = a.stalled + aaaa.stalled;
  if (both.stalled === 0 || alone > both.stalled / FAR_MORE) return undefined;
  const marked = both.stalled >= BEYOND_CHANCE || (clashes > 0 && alone === 0);
  if (!marked) return undefined;
  const options = system.libc.name === 'glibc' ? (['dns-config-single-request'] as const) : [];
  return {
    id: 'conntrack-race',
    status: 'fail',
    message: `A and AAAA of ${host} asked together: ${both.stalled} of ${both.count} lookups stalled for ${duration(wait)} or more; asked alone: ${alone === 0 ? 'none' : alone} of ${a.count + aaaa.count}`,
    meaning:
      'Two packets leave one socket at once, and one of them is lost: the conntrack race of Kubernetes nodes (two entries for one flow, one dropped). NodeLocal DNSCache takes it away for a whole cluster.',
    remedies: ['lookup4', 'register', ...options],
  };
};

/** Where the packets of the doctor's own questions were lost; one that is never answered is not lost by chance. */
function lossByServer(
  host: HostEvidence,
  { servers }: Evidence,
): { address: string; lost: number; of: number }[] {
  return servers.map(({ address, beats, root }) => {
    const cells = host.candidates.flatMap((candidate) => candidate.cells);
    const own = cells.filter(({ server, udp }) => server === address && !udp.every(isSilent));
    const slowly = beats.filter(({ name }) => cells.some((cell) => cell.name === name));
    const replies = [...own.flatMap(({ udp }) => udp), ...slowly, ...(root.every(isSilent) ? [] : root)];
    return { address, lost: replies.filter(isSilent).length, of: replies.length };
  });
}

const packetLoss: Rule = (evidenceOfHost, kinds, { wait, evidence }) => {
  const { host } = evidenceOfHost;
  const stalled = stalledIn(kinds);
  const losing = lossByServer(evidenceOfHost, evidence).filter(({ lost, of }) => lost > 0 && lost < of);
  if (stalled === 0 && losing.every(({ lost }) => lost < 2)) return undefined;
  // That is no chance, and asking again would not help.
  if (stalled === countIn(kinds)) return undefined;
  const { a, aaaa, both } = kinds;
  const questions = a.count + aaaa.count + 2 * both.count;
  const where = losing.map(({ address, lost, of }) => `${address} ${lost} of ${of}`).join(', ');
  const often = Math.max(1, Math.round(questions / Math.max(1, stalled)));
  const message =
    stalled === 0
      ? `packets are lost: of the doctor's own questions ${where} went unanswered`
      : `about 1 question in ${often} for ${host} is lost: ${stalled} of ${countIn(kinds)} lookups waited ${duration(wait)} or more`;
  return {
    id: 'packet-loss',
    status: 'fail',
    message,
    meaning: `Packets are lost on the way, whatever they ask${where === '' ? '' : ` (own questions without answer: ${where})`}.${stalled > 0 && stalled < 3 ? ' So few may be chance: let "addrinfo watch" run for some minutes.' : ''} A second attempt from another port takes the wait away.`,
    remedies: ['hedge', 'register'],
  };
};

const sometimesSlow: Rule = ({ host, lookups }) => {
  const slow = lookups.filter((sample) => sample.ms >= TARDY);
  if (slow.length < Math.max(2, lookups.length * FELT) || lookups.every(isLost)) return undefined;
  // Where only the earliest are slow, a second attempt waits with the first.
  const early = lookups.slice(0, slow.length + 2).filter(({ ms }) => ms >= TARDY).length === slow.length;
  return {
    id: 'sometimes-slow',
    status: 'warn',
    message: `${slow.length} of ${lookups.length} lookups of ${host} took ${duration(Math.min(...slow.map(({ ms }) => ms)))} or more, the others ${duration(medianOf(lookups.filter((sample) => sample.ms < TARDY).map(({ ms }) => ms)))}`,
    meaning:
      'Some answers come late and none is lost: one of the servers behind the nameserver is slow, or it has to fetch the answer anew.',
    remedies: early ? ['cache'] : ['hedge', 'cache'],
  };
};

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const intermittentErrors: Rule = ({ host, lookups }, kinds) => {
  const { a, both, aaaa } = kinds;
  const failed = a.outcomes.failed + both.outcomes.failed + aaaa.outcomes.failed;
  const unknown = [a, both]
    .filter(({ outcomes }) => outcomes.answered > 0)
    .reduce((sum, { outcomes }) => sum + outcomes.nxdomain, 0);
  if (failed + unknown === 0 || failed + unknown === lookups.length) return undefined;
  const what = failed > 0 ? 'fail at once (EAI_AGAIN)' : 'say that there is no such name';
  return {
    id: 'intermittent-errors',
    status: 'warn',
    message: `${failed + unknown} of ${countIn(kinds)} lookups of ${host} ${what}, the others do not`,
    meaning: 'One of the servers behind the nameserver differs from the others, or is overloaded.',
    remedies: [],
  };
};

/** Whatever is left: lookups that stall, fail or find nothing, for a reason that the questions do not show. */
const stallsUnexplained: Rule = ({ host, lookups }, kinds, { wait }) => {
  const bad = lookups.filter((sample) => hasStalled(sample, wait) || isLost(sample));
  if (bad.length === 0) return undefined;
  return {
    id: 'lookups-stall',
    status: 'fail',
    message: `${bad.length} of ${countIn(kinds)} lookups of ${host} stalled or failed, while the nameservers answered the doctor's own questions`,
    meaning:
      'What nsswitch.conf lists beside the DNS (systemd-resolved, nscd, a directory service) may be at fault, or packets are lost now and then.',
    remedies: [],
  };
};

const RULES: readonly Rule[] = [
  firstLookupSlow,
  oneTypeLost,
  conntrackRace,
  packetLoss,
  sometimesSlow,
  intermittentErrors,
  stallsUnexplained,
];

const isTroubled = ({ cells }: Candidate): boolean =>
  cells.some(({ udp }) => udp.length > 0 && udp.every((reply) => isSilent(reply) || reply.ms >= SLOW));

/**
 * Lookups as an application makes them. AAAA alone of a name with an A record alone goes on through the search list, where a
 * lookup of both ends; where a domain there is not answered, or late, it tells nothing about the name.
 */
function asMade(host: HostEvidence): HostEvidence {
  const found = foundAt(host);
  const candidate = host.candidates[found];
  const walksOn =
    candidate !== undefined &&
    host.candidates.slice(found + 1).some(isTroubled) &&
    candidate.cells.some(({ type }) => type === 'AAAA') &&
    candidate.cells.every((cell) => cell.type === 'A' || answerOf(cell)?.addresses.length === 0);
  return walksOn ? { ...host, lookups: host.lookups.filter(({ family }) => family !== 6) } : host;
}

/** What the lookups through libc show where the answers themselves show nothing. */
export function symptomDiagnosis(evidence: HostEvidence, of: Case): Diagnosis | undefined {
  const host = asMade(evidence);
  if (host.lookups.length === 0) return undefined;
  const kinds = kindsOf(host, of.wait);
  for (const rule of RULES) {
    const found = rule(host, kinds, of);
    if (found !== undefined) return { ...found, host: host.host };
  }
  return undefined;
}

const isUseful = ({ rcode, addresses, ms }: Reply): boolean =>
  rcode === 'NOERROR' && addresses.length > 0 && ms < TARDY / 2;

/** Replies to questions that were answered at least once: a name that nobody answers is not held back by a rate. */
function answeredAtTimes(server: string, { hosts }: Evidence): Reply[] {
  return hosts
    .flatMap(({ candidates }) => candidates.flatMap(({ cells }) => cells))
    .filter((cell) => cell.server === server && cell.type === 'A' && cell.udp.some(isUseful))
    .flatMap(({ udp }) => udp);
}

/** Hosts whose whole search path is answered, and at once: what their lookups lose is lost by chance, or held back. */
function answeredHosts({ hosts }: Evidence): HostEvidence[] {
  return hosts.filter((host) =>
    host.candidates
      .slice(0, foundAt(host) + 1)
      .every(({ cells }) =>
        cells.every(({ udp }) => udp.some((one) => !isSilent(one) && one.ms < TARDY / 2)),
      ),
  );
}

/** Of a network that loses one packet in five, hardly any burst loses so much while slow questions lose nothing. */
const MOST_BY_CHANCE = 0.4;

/** Asked quickly, questions were lost or refused; asked slowly, none was: the server limits its rate. */
export function rateLimit({ evidence, clashes }: Case): Diagnosis | undefined {
  const refused = (reply: Reply): boolean => isSilent(reply) || reply.rcode === 'REFUSED';
  const lookups = answeredHosts(evidence)
    .flatMap((host) => host.lookups)
    .filter(({ family }) => family !== 6);
  const late = lookups.filter((sample) => sample.ms >= TARDY || isLost(sample)).length;
  for (const { address, root, beats, burst } of evidence.servers) {
    const quick = [...answeredAtTimes(address, evidence), ...(root.every(isSilent) ? [] : root)];
    const lost = quick.filter(refused).length + late;
    const asked = quick.length + lookups.length;
    const share = lost / Math.max(1, asked);
    const calm = beats.length >= 8 && beats.every(isUseful);
    const dropped = burst.filter(refused).length;
    const isLimited = burst.length >= 10 && dropped >= burst.length * MOST_BY_CHANCE;
    // Had the loss nothing to do with the rate, so many questions would not all have been answered. Where conntrack had
    // clashes, that is what was lost.
    const isChance = clashes > 0 || (1 - share) ** beats.length > 0.02;
    if (!calm || quick.every(refused) || (!isLimited && isChance)) continue;
    const seen = isLimited
      ? `${dropped} of ${burst.length} asked within a second were lost`
      : `${lost} of ${asked} were lost at the doctor's pace`;
    return {
      id: 'rate-limited',
      server: address,
      status: 'warn',
      message: `nameserver ${address} answers only so many questions a second: ${seen}, none of ${beats.length} asked slowly`,
      meaning:
        'The server limits its rate (RRL, a firewall, a cloud quota). The doctor itself may be the cause here; an application that asks as often meets the same.',
      remedies: ['cache'],
    };
  }
  return undefined;
}
