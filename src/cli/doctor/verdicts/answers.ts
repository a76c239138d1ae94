import { duration } from '../../duration';
import {
  answerOf,
  type Candidate,
  type Cell,
  cellOf,
  foundAt,
  type HostEvidence,
  isSilent,
  type ServerEvidence,
} from '../probing/evidence';
import type { Reply } from '../probing/question';
import { type Case, type Diagnosis, median, SLOW } from './diagnosis';
import { noRouteTo } from './route';

/** One host as one server answers it, under the name that counts. */
interface Answers {
  readonly host: string;
  readonly server: ServerEvidence;
  readonly candidate: Candidate;
  readonly a: Cell;
  readonly aaaa: Cell;
  readonly found: boolean;
  readonly of: Case;
  readonly lookups: HostEvidence['lookups'];
}

type Rule = (answers: Answers) => Omit<Diagnosis, 'host' | 'server'> | undefined;

const lost = ({ udp }: Cell): boolean => udp.length > 0 && udp.every(isSilent);
const rcodeOf = (cell: Cell): string | undefined => answerOf(cell)?.rcode;
const hasAddress = (cell: Cell): boolean => (answerOf(cell)?.addresses.length ?? 0) > 0;
const isError = (rcode: string | undefined): boolean =>
  rcode !== undefined && rcode !== 'NOERROR' && rcode !== 'NXDOMAIN';

function slowest(lookups: HostEvidence['lookups'], family: number): number {
  return Math.max(0, ...lookups.filter((sample) => sample.family === family).map(({ ms }) => ms));
}

function quickest(reply: Reply | undefined): string {
  return reply === undefined ? '' : `; A alone is there after ${duration(reply.ms)}`;
}

const bigAnswersLost: Rule = ({ host, a, aaaa }) => {
  const cell = [a, aaaa].find((one) => lost(one) && one.plain !== undefined && !isSilent(one.plain));
  if (cell === undefined) return undefined;
  return {
    id: 'big-answers-lost',
    status: 'fail',
    message: `large UDP answers are lost: ${cell.type} of ${host} gets no answer with EDNS, and one without it`,
    meaning:
      'An answer above 512 bytes, or one that is cut into fragments, does not come through: a firewall, or a tunnel with a smaller MTU.',
    remedies: ['no-edns0'],
  };
};

const tcpClosed: Rule = ({ host, server, a, aaaa }) => {
  const cell = [a, aaaa].find(({ tcp }) => tcp !== undefined && isSilent(tcp));
  if (cell === undefined) return undefined;
  const error = cell.tcp?.error ?? '';
  const how = error === 'TIMEOUT' ? 'is not answered' : `fails (${error})`;
  return {
    id: 'tcp-closed',
    status: 'fail',
    message: `the ${cell.type} answer for ${host} is truncated, and TCP to ${server.address} ${how}`,
    meaning:
      'An answer too long for a UDP packet is asked for again over TCP. Port 53 is open for UDP only: a firewall, or a server without TCP.',
    remedies: ['open-tcp'],
  };
};

const deadName: Rule = ({ host, server, a, aaaa }) => {
  if (!lost(a) || !lost(aaaa)) return undefined;
  return {
    id: 'dead-name',
    status: 'fail',
    message: `no answer for ${host}: ${server.address} answers other questions and not this one`,
    meaning:
      'The nameserver is well. The server that holds this name is down, or the nameserver cannot reach it.',
    remedies: [],
  };
};

const aaaaLost: Rule = ({ host, a, aaaa, of, lookups }) => {
  if (!lost(aaaa) || lost(a)) return undefined;
  const both = slowest(lookups, 0);
  const takes = both > 0 ? `: a lookup of both families takes ${duration(both)}` : '';
  return {
    id: 'aaaa-lost',
    status: 'fail',
    message: `AAAA answers for ${host} are lost${takes}${quickest(answerOf(a))}`,
    meaning:
      of.system.libc.name === 'musl'
        ? 'dns.lookup and most programs ask for both families. musl gives up without the A record it has.'
        : 'dns.lookup, curl and most programs ask for both families, and wait for the answer that never comes. Images with musl (Alpine) fail after 5 s.',
    remedies: ['lookup4', 'register', 'dns-config-no-aaaa'],
  };
};

const aLost: Rule = ({ host, a, aaaa, lookups }) => {
  if (!lost(a) || lost(aaaa)) return undefined;
  return {
    id: 'a-lost',
    status: 'fail',
    message: `A answers for ${host} are lost: a lookup takes ${duration(Math.max(slowest(lookups, 0), slowest(lookups, 4)))}`,
    meaning: 'AAAA is answered and A is not: a filter, or a server that fails for this record.',
    remedies: [],
  };
};

const nameFails: Rule = ({ host, server, a, aaaa, lookups }) => {
  const rcode = rcodeOf(a);
  if (!isError(rcode) || hasAddress(aaaa)) return undefined;
  const isMended = lookups.some(({ outcome }) => outcome === 'answered');
  return {
    id: 'name-fails',
    status: isMended ? 'warn' : 'fail',
    message: `${server.address} answers ${rcode} for ${host}${isMended ? '; lookups get their answer elsewhere' : ''}`,
    meaning:
      rcode === 'SERVFAIL'
        ? 'The nameserver cannot get an answer for this name: its zone is broken, DNSSEC fails, or the server that holds it is down. Other questions are answered.'
        : 'The nameserver is there and refuses this question.',
    remedies: [],
  };
};

const aaaaFails: Rule = ({ host, a, aaaa, of, lookups }) => {
  const rcode = rcodeOf(aaaa);
  if (!isError(rcode) || !hasAddress(a)) return undefined;
  const both = lookups.filter(({ family }) => family === 0);
  const broken = both.length > 0 && both.every(({ outcome }) => outcome !== 'answered');
  return {
    id: 'aaaa-fails',
    status: broken ? 'fail' : 'warn',
    message: `AAAA of ${host} gets ${rcode} where A is answered`,
    meaning:
      broken || of.system.libc.name === 'musl'
        ? 'A lookup of both families fails because of it.'
        : 'glibc takes the A record and goes on. musl (Alpine images) fails with EAI_AGAIN after 5 s.',
    remedies: ['lookup4', 'register'],
  };
};

const aaaaNxdomain: Rule = ({ host, a, aaaa, lookups }) => {
  if (rcodeOf(aaaa) !== 'NXDOMAIN' || !hasAddress(a)) return undefined;
  // NXDOMAIN now and then, for A as well, is about the servers behind this one.
  if (lookups.some(({ family, outcome }) => family === 4 && outcome === 'nxdomain')) return undefined;
  const both = lookups.filter(({ family }) => family === 0);
  const broken = both.length > 0 && both.every(({ outcome }) => outcome !== 'answered');
  return {
    id: 'aaaa-nxdomain',
    status: broken ? 'fail' : 'warn',
    message: `AAAA of ${host} gets NXDOMAIN although the name has an A record: Alpine images will fail`,
    meaning:
      'NXDOMAIN is for names that have no record at all; the right answer is an empty one (NODATA). glibc does not mind. musl takes it at its word and fails with ENOTFOUND at once.',
    remedies: ['lookup4', 'register', 'server-nodata'],
  };
};

const noRoute: Rule = ({ host, a, aaaa, of }) => {
  const [other, cell] = hasAddress(aaaa) ? [a, aaaa] : [aaaa, a];
  if (hasAddress(other) || !hasAddress(cell) || isError(rcodeOf(other)) || lost(other)) return undefined;
  return noRouteTo(host, answerOf(cell)?.addresses ?? [], of);
};

const unknownName: Rule = ({ host, a, aaaa, found, of, server, lookups }) => {
  if (found || rcodeOf(a) === undefined) return undefined;
  // The hosts file has it, or some answers do.
  if (lookups.some(({ outcome }) => outcome === 'answered')) return undefined;
  const gone = rcodeOf(a) === 'NXDOMAIN' && rcodeOf(aaaa) !== 'NOERROR';
  if (of.guessed) {
    return {
      id: gone ? 'unknown-name' : 'no-address',
      status: 'ok',
      message: `${server.address} answers, and does not know ${host}: give a name that your application uses`,
    };
  }
  return gone
    ? {
        id: 'unknown-name',
        status: 'fail',
        message: `the name ${host} does not exist: ${server.address} answers NXDOMAIN`,
        meaning:
          'The nameserver is well and does not know the name: a typing error, a namespace left out, or a search list that lacks a domain.',
      }
    : {
        id: 'no-address',
        status: 'fail',
        message: `${host} exists and has no address, neither IPv4 nor IPv6`,
        meaning: 'A service without endpoints, or a name that carries other records only.',
      };
};

const slowName: Rule = ({ host, server, a, aaaa, of, lookups }) => {
  const ms = answerOf(a)?.ms ?? 0;
  const six = answerOf(aaaa)?.ms ?? 0;
  if (Math.max(ms, six) < SLOW) return undefined;
  const control = median(server.root.filter((reply) => !isSilent(reply)).map((reply) => reply.ms));
  if (control !== undefined && control >= Math.max(SLOW, Math.max(ms, six) / 2)) return undefined; // the server is
  // The first answer may have been fetched from afar, and be in the server's cache since.
  const of4 = median(lookups.filter(({ family }) => family === 4).map((sample) => sample.ms)) ?? 0;
  const of0 = median(lookups.filter(({ family }) => family === 0).map((sample) => sample.ms)) ?? 0;
  if (ms < SLOW && of4 < SLOW) {
    if (of0 < SLOW) return undefined;
    return {
      id: 'aaaa-slow',
      status: 'warn',
      message: `AAAA answers for ${host} come late: a lookup of both families takes ${duration(of0)}, A alone ${duration(of4)}`,
      meaning: 'getaddrinfo for both families answers when both are in.',
      remedies: ['lookup4', 'register'],
    };
  }
  if (of4 < SLOW) return undefined;
  const late = ms >= of.wait;
  const fails = late && lookups.some(({ family, outcome }) => family !== 6 && outcome === 'failed');
  return {
    id: fails ? 'timeout-too-short' : 'slow-name',
    status: late ? 'fail' : 'warn',
    message: late
      ? `${server.address} takes ${duration(ms)} to answer for ${host}, longer than libc waits (${duration(of.wait)})`
      : `${host} is slow: ${server.address} takes ${duration(ms)} to answer for it, and is quick with other questions`,
    meaning: late
      ? 'libc asks again before the answer is there, and may give up without it.'
      : 'The server that holds the name is far away or overloaded, and its answers are not kept.',
    remedies: fails ? ['dns-config-timeout-longer'] : ['cache'],
  };
};

/** The first that holds is the cause. */
const RULES: readonly Rule[] = [
  bigAnswersLost,
  tcpClosed,
  deadName,
  aaaaLost,
  aLost,
  nameFails,
  aaaaFails,
  aaaaNxdomain,
  slowName,
  noRoute,
  unknownName,
];

/** What one server's answers for a host say. */
export function answerDiagnosis(host: HostEvidence, server: ServerEvidence, of: Case): Diagnosis | undefined {
  const at = foundAt(host);
  const asIs = host.candidates.findIndex(({ domain }) => domain === undefined);
  const candidate = host.candidates[at === -1 ? asIs : at];
  if (candidate === undefined) return undefined;
  const a = cellOf(candidate, server.address, 'A');
  if (a === undefined) return undefined;
  // With no-aaaa nobody is asked for one.
  const aaaa = cellOf(candidate, server.address, 'AAAA') ?? { ...a, type: 'AAAA', udp: [] };
  const answers = {
    host: host.host,
    server,
    candidate,
    a,
    aaaa,
    found: at !== -1,
    of,
    lookups: host.lookups,
  };
  for (const rule of RULES) {
    const found = rule(answers);
    if (found !== undefined) return { ...found, host: host.host, server: server.address };
  }
  return undefined;
}
