import { isIPv6 } from 'node:net';
import { duration } from '../../duration';
import { hostSources } from '../facts/system';
import type { RemedyId } from '../remedies/remedies';
import { type Case, type CauseId, type Diagnosis, takesTurns } from './diagnosis';
import { isOfUse, type ServerState } from './server-state';

const CAUSE: Readonly<Partial<Record<ServerState['kind'], CauseId>>> = {
  silent: 'dead-nameserver',
  closed: 'closed-port',
  unreachable: 'unreachable-nameserver',
  refuses: 'nameserver-refuses',
  forwarder: 'dead-forwarder',
  'no-tcp': 'tcp-closed',
  slow: 'slow-nameserver',
};

/** What such a server does, in a few words. */
function doing({ kind, error, answersElse }: ServerState): string {
  if (kind === 'closed') return 'has no DNS server on port 53 (ECONNREFUSED)';
  if (kind === 'unreachable') return `cannot be reached (${error})`;
  if (kind === 'refuses') return 'answers REFUSED';
  if (kind === 'no-tcp') return 'answers over UDP and not over TCP, which use-vc asks for';
  if (kind === 'forwarder') {
    return answersElse
      ? 'does not resolve these names'
      : 'gets no answer from its upstream (SERVFAIL or silence)';
  }
  return 'does not answer';
}

const MEANING: Readonly<Partial<Record<ServerState['kind'], string>>> = {
  silent:
    'No packet comes back over UDP: the server is down, or a firewall or network policy drops port 53. libc does not remember it: each lookup waits again.',
  closed: 'The machine is there and says so at once. libc goes on to the next nameserver without waiting.',
  unreachable: 'This host has no route to it. libc goes on to the next nameserver at once.',
  refuses:
    'The server is there and will not resolve names for this client: recursion is off, or an access list leaves this address out.',
  forwarder:
    'The server itself runs: it answers other questions. The servers that it forwards to, or that hold these names, do not answer it.',
};

/** ms that libc waits in vain before it comes to a server that is of use (glibc, resolv/res_send.c: send_dg). */
function waitedFor(states: readonly ServerState[], wait: number): number {
  return states
    .slice(0, states.findIndex(isOfUse))
    .map(({ keepsWaiting }, at) => {
      const seconds = at === 0 ? wait / 1000 : Math.floor(((wait / 1000) * 2 ** at) / states.length);
      return keepsWaiting ? Math.max(1, seconds) * 1000 : 0;
    })
    .reduce((sum, ms) => sum + ms, 0);
}

function remediesFor(state: ServerState, waits: boolean): RemedyId[] {
  if (state.kind === 'no-tcp') return ['open-tcp'];
  if (state.kind === 'slow') return ['cache'];
  if (!waits) return ['nameservers'];
  return ['nameservers', 'resolv-nameservers'];
}

/** One of several servers is no use. */
function one(state: ServerState, at: number, states: readonly ServerState[], of: Case): Diagnosis[] {
  const { system, wait } = of;
  const id = CAUSE[state.kind];
  const { address } = state;
  if (id === undefined) return [];
  const rotates = takesTurns(of);
  const musl = system.libc.name === 'musl';
  const asked = (rotates || !states.slice(0, at).some(isOfUse)) && !musl;
  const waits = asked && state.keepsWaiting;
  // It costs nothing: libc goes on at once.
  const quiet = state.kind === 'unreachable' && isIPv6(address.replace(/%.*/, ''));
  const ordinal = at === 0 ? 'the first nameserver' : `nameserver number ${at + 1}`;
  const cost = waits
    ? rotates
      ? `: with rotate, lookups that begin with it wait ${duration(wait)} first`
      : `: every lookup waits ${duration(waitedFor(states, wait))} first`
    : asked
      ? ': the next one is asked at once'
      : musl
        ? ''
        : ': it is asked only when those before it fail';
  return [
    {
      id,
      server: address,
      status: quiet ? 'ok' : waits ? 'fail' : 'warn',
      message: `${ordinal}, ${address}, ${doing(state)}${cost}`,
      meaning: MEANING[state.kind] ?? '',
      remedies: quiet ? [] : remediesFor(state, waits),
    },
  ];
}

/** None of them is. */
function none(states: readonly ServerState[], { system }: Case): Diagnosis[] {
  const [first] = states;
  const id = first === undefined ? undefined : CAUSE[first.kind];
  if (first === undefined || id === undefined) return [];
  const sources = hostSources(system);
  const before =
    sources.indexOf('dns') < sources.indexOf('files')
      ? ', and nsswitch.conf asks it before the hosts file'
      : '';
  const kinds = new Set(states.map(({ kind }) => kind));
  const message =
    states.length === 1
      ? `the only nameserver, ${first.address}, ${doing(first)}${before}`
      : kinds.size === 1
        ? `none of the ${states.length} nameservers is of use: each ${doing(first)} (${states.map(({ address }) => address).join(', ')})`
        : `none of the ${states.length} nameservers is of use: ${states.map((state) => `${state.address} ${doing(state)}`).join('; ')}`;
  return [
    {
      id,
      server: first.address,
      status: 'fail',
      message,
      meaning: MEANING[first.kind] ?? '',
      remedies: first.kind === 'no-tcp' ? ['open-tcp'] : ['nameservers'],
    },
  ];
}

function slow(state: ServerState, { wait, evidence }: Case): Diagnosis[] {
  const { ms = 0, address } = state;
  const late = ms >= wait;
  const fails =
    late &&
    evidence.hosts.some(({ lookups }) =>
      lookups.some(({ family, outcome }) => family !== 6 && outcome === 'failed'),
    );
  return [
    {
      id: fails ? 'timeout-too-short' : 'slow-nameserver',
      server: address,
      status: late ? 'fail' : 'warn',
      message: late
        ? `nameserver ${address} takes ${duration(ms)} to answer, longer than libc waits (${duration(wait)})`
        : `nameserver ${address} is slow: it takes ${duration(ms)} to answer`,
      meaning: late
        ? 'libc asks again before the answer is there, and may give up without it.'
        : 'Each answer takes its time, and nothing is lost: an overloaded server, or one far away that caches nothing.',
      remedies: fails ? ['dns-config-timeout-longer'] : ['cache'],
    },
  ];
}

/** What is wrong with the nameservers themselves. */
export function nameserverDiagnoses(states: readonly ServerState[], of: Case): Diagnosis[] {
  const known = states.filter(({ kind }) => kind !== 'unknown');
  if (known.length === 0) return [];
  if (!known.some(isOfUse)) return none(known, of);
  const slowOne = known.find((state) => (takesTurns(of) ? state.kind === 'slow' : isOfUse(state)));
  return [
    ...states.flatMap((state, at) => (isOfUse(state) ? [] : one(state, at, states, of))),
    ...(slowOne?.kind === 'slow' ? slow(slowOne, of) : []),
  ];
}
