import {
  answerOf,
  type Cell,
  type Evidence,
  hostReplies,
  isSilent,
  reached,
  type ServerEvidence,
} from '../probing/evidence';
import type { Reply } from '../probing/question';
import { type Case, feltOf, median, SLOW } from './diagnosis';

/**
 * How one nameserver is. `silent`: no packet comes back. `forwarder`: it runs and gets no answer from the servers it
 * asks itself. `no-tcp`: libc is to ask over TCP, and it answers over UDP alone. `unknown`: it was not asked.
 */
export type Kind =
  | 'ok'
  | 'slow'
  | 'silent'
  | 'closed'
  | 'unreachable'
  | 'refuses'
  | 'forwarder'
  | 'no-tcp'
  | 'unknown';

export interface ServerState {
  readonly address: string;
  readonly kind: Kind;
  /** The median of its answers. */
  readonly ms: number | undefined;
  /** The socket's error, where it is `closed` or `unreachable`. */
  readonly error?: string;
  /** It resolves none of the hosts, and something else. */
  readonly answersElse: boolean;
  /** libc waits for it, in vain, before it asks another one. */
  readonly keepsWaiting: boolean;
}

const UNREACHABLE: readonly string[] = [
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'EINVAL',
  'EPERM',
  'EACCES',
];

const isHelpless = (reply: Reply): boolean => isSilent(reply) || reply.rcode === 'SERVFAIL';

function ownReplies({ root, random, beats, version }: ServerEvidence): Reply[] {
  return [...root, ...[...random.values()].flat(), ...beats, ...(version === undefined ? [] : [version])];
}

function silentKind(replies: readonly Reply[]): Pick<ServerState, 'kind' | 'error'> {
  const errors = replies.flatMap(({ error }) => error ?? []);
  const unreachable = errors.find((error) => UNREACHABLE.includes(error));
  if (unreachable !== undefined) return { kind: 'unreachable', error: unreachable };
  const refused = errors.filter((error) => error === 'ECONNREFUSED').length;
  return refused > errors.length / 2 ? { kind: 'closed', error: 'ECONNREFUSED' } : { kind: 'silent' };
}

const cellsOf = (server: string, { hosts }: Evidence): Cell[] =>
  hosts
    .flatMap((host) => reached(host).flatMap(({ cells }) => cells))
    .filter((cell) => cell.server === server);

/** Another server answers what this one does not. */
function isAnsweredElsewhere(cell: Cell, { hosts }: Evidence): boolean {
  return hosts
    .flatMap(({ candidates }) => candidates.flatMap(({ cells }) => cells))
    .some((other) => {
      const same = other.name === cell.name && other.type === cell.type && other.server !== cell.server;
      const answer = same ? answerOf(other) : undefined;
      return answer !== undefined && !isHelpless(answer);
    });
}

/** None of what lies beyond this server is answered: not the root, not the names outside the search list. */
function isForwarderWithoutUpstream(server: ServerEvidence, evidence: Evidence): boolean {
  const cells = cellsOf(server.address, evidence);
  const asked = cells.filter(({ udp }) => udp.length > 0);
  const helpless = (cell: Cell): boolean => cell.udp.every(isHelpless);
  if (asked.length === 0) return false;
  const random = [...server.random.values()].flat();
  if (asked.every(helpless)) {
    const names = new Set(asked.map(({ name }) => name));
    const controls = [...server.root, ...random];
    return (
      asked.some((cell) => isAnsweredElsewhere(cell, evidence)) ||
      server.root.every(isHelpless) ||
      (random.length > 0 && random.every(isHelpless)) ||
      (names.size > 1 && controls.every(isHelpless))
    );
  }
  const outside = asked.filter((cell) =>
    evidence.hosts.some(({ candidates }) =>
      candidates.some(({ name, domain }) => name === cell.name && domain === undefined),
    ),
  );
  return (
    outside.length > 0 && outside.every(helpless) && server.root.length > 0 && server.root.every(isHelpless)
  );
}

/** What the replies of one server say about it. */
export function stateOf(server: ServerEvidence, of: Case): ServerState {
  const { evidence } = of;
  const { address } = server;
  const about = hostReplies(address, evidence.hosts);
  const own = ownReplies(server);
  const all = [...about, ...own];
  const answered = all.filter((reply) => !isSilent(reply));
  const ms = median(answered.map((reply) => reply.ms));
  const controls = [...server.root, ...[...server.random.values()].flat()];
  const answersElse = about.every(isHelpless) && controls.some((reply) => !isHelpless(reply));
  const state = (kind: Kind, error?: string): ServerState => ({
    address,
    kind,
    ms,
    answersElse,
    keepsWaiting: kind === 'silent' || kind === 'no-tcp' || (kind === 'forwarder' && about.some(isSilent)),
    ...(error === undefined ? {} : { error }),
  });
  if (all.length === 0) return state('unknown');
  if (answered.length === 0) {
    const { kind, error } = silentKind(all);
    return state(kind, error);
  }
  const overTcp = all.filter(({ transport }) => transport === 'tcp');
  if (overTcp.length > 0 && overTcp.every(isSilent)) return state('no-tcp');
  const aboutAnswered = about.filter((reply) => !isSilent(reply));
  const refuses = aboutAnswered.length > 0 && aboutAnswered.every(({ rcode }) => rcode === 'REFUSED');
  // One that resolves something else refuses the name, not the client.
  if (refuses && server.root.every((reply) => isSilent(reply) || reply.rcode === 'REFUSED'))
    return state('refuses');
  if (isForwarderWithoutUpstream(server, evidence)) return state('forwarder');
  const root = median(server.root.filter((reply) => !isSilent(reply)).map((reply) => reply.ms));
  // Slow for the doctor's own burst alone is no fault: the application's lookups count.
  const felt = feltOf(
    evidence.hosts.flatMap(({ lookups }) => lookups.map((sample) => sample.ms)),
    of,
  );
  const isSlow =
    ms !== undefined &&
    ms >= SLOW &&
    (root === undefined || root >= SLOW) &&
    (felt === undefined || felt >= SLOW);
  return state(isSlow ? 'slow' : 'ok');
}

/** Whether libc gets what it asks for from a server like this. */
export function isOfUse({ kind }: ServerState): boolean {
  return kind === 'ok' || kind === 'slow';
}
