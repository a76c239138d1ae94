import { setTimeout as sleep } from 'node:timers/promises';
import type { Family } from '../../../index';
import { firstWait } from '../facts/resolver-config';
import { answerOf, type Cell, type Evidence, foundAt, type HostEvidence } from './evidence';
import { type LookupCost, MOST_QUERIES, timesAsked } from './query-budget';
import type { Session } from './session';

/** Kept for the quiet phase and for lookups that need more than they should. */
const SET_ASIDE = 60;
const MAX_ROUNDS = 40;
/** A round is A alone, AAAA alone, and both, in an order of its own. */
const KINDS: readonly Family[] = [4, 6, 0];
const QUERIES_A_ROUND = 4;
/** A name that no packet is sent for, or that does not exist, is not worth more. */
const FEW_ROUNDS = 4;

/** The first lookup of a run, of which nothing is known: two hundred addresses take so many. */
const UNKNOWN: Pick<LookupCost, 'times'> = { times: 3 };

/** Answers that are cut off are asked for again, over TCP. */
const TIMES_TRUNCATED = 3;

/** What a lookup of this host is known to cost, once the matrix has been asked. */
export function costOf(host: HostEvidence, family: Family, session: Session): LookupCost {
  if (host.source === 'hosts') return { names: 1, times: 1 };
  const { attempts, nameservers } = session.system.config;
  const found = foundAt(host);
  const has = (type: Cell['type']): boolean =>
    host.candidates[found]?.cells.some(
      (cell) => cell.type === type && (answerOf(cell)?.addresses.length ?? 0) > 0,
    ) === true;
  const missed = host.lookups.some(({ outcome }) => outcome !== 'answered');
  // One family alone walks on past a name that has a record of the other only.
  const walksOn = (family === 6 && !has('AAAA')) || (family === 4 && !has('A'));
  const place = host.names.indexOf(host.candidates[found]?.name ?? '');
  const names = place === -1 || missed || walksOn ? host.names.length : place + 1;
  const answers = (host.candidates[found]?.cells ?? []).flatMap((cell) => answerOf(cell) ?? []);
  const truncated = host.candidates.some(({ cells }) =>
    cells.some(({ udp }) => udp.some((reply) => reply.truncated)),
  );
  const refused = host.candidates.some(({ cells }) =>
    cells.some((cell) => !['NOERROR', 'NXDOMAIN', undefined].includes(answerOf(cell)?.rcode)),
  );
  const failing = refused || host.lookups.some(({ outcome }) => outcome === 'failed');
  const long = Math.max(1, ...answers.map(({ addresses }) => timesAsked(addresses.length)));
  // A server that fails at once is asked again at once.
  // libc first asks with EDNS, as the doctor did.
  const plain = host.candidates.some(({ cells }) => cells.some((cell) => cell.plain !== undefined)) ? 2 : 1;
  const times = plain * (failing ? long * attempts * nameservers.length : long);
  return { names, times: truncated ? Math.max(times, TIMES_TRUNCATED) : times };
}

async function lookup(host: HostEvidence, family: Family, cost: LookupCost, session: Session): Promise<void> {
  const sample = await session.lookup(host.host, family, cost);
  if (sample !== undefined) host.lookups.push(sample);
  else if (!session.signal.aborted) host.skipped += 1;
}

/** The lookup that the application makes first: nothing has asked before it. */
export function firstLookups({ hosts }: Evidence, session: Session): Promise<void>[] {
  return hosts.map((host) => lookup(host, 0, { names: host.names.length, ...UNKNOWN }, session));
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

function roundsFor(hosts: readonly HostEvidence[], session: Session): number {
  const round = hosts.reduce((sum, host) => {
    const { names, times } = costOf(host, 6, session);
    return sum + QUERIES_A_ROUND * names * times;
  }, 0);
  const room = MOST_QUERIES - SET_ASIDE - session.budget.spent;
  return Math.min(MAX_ROUNDS, Math.max(1, Math.floor(room / Math.max(1, round))));
}

/**
 * Makes the lookups, spread over so many ms; returns once the last has begun, with those still out. It ends early rather
 * than ask faster than the pace allows.
 */
export async function launch(
  hosts: readonly HostEvidence[],
  over: number,
  session: Session,
): Promise<Promise<void>[]> {
  const rounds = roundsFor(hosts, session);
  const pause = over / (rounds * KINDS.length);
  const begun = performance.now();
  const out: Promise<void>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = shuffled(KINDS);
    for (const [at, family] of order.entries()) {
      if (session.signal.aborted || performance.now() - begun > over * 1.5) return out;
      for (const host of hosts) {
        const few = host.source === 'hosts' || foundAt(host) === -1;
        if (few && round >= FEW_ROUNDS) continue;
        // A line of the hosts file has one address: for the other family libc would ask the DNS.
        if (host.source === 'hosts' && family === 6) continue;
        out.push(lookup(host, family, costOf(host, family, session), session));
        await session.pace.turn([], 0, session.signal); // until it has had its turn
      }
      const next = begun + (round * KINDS.length + at + 1) * pause - performance.now();
      await sleep(Math.max(0, next), undefined, { signal: session.signal }).catch(() => {});
    }
  }
  return out;
}

/** Some lookups stall and others like them do not: more of them would tell a race from a loss. */
export function isUnclear(host: HostEvidence, out: number, session: Session): boolean {
  const { config, libc } = session.system;
  const wait = firstWait(config, libc) * 0.8;
  const stalled = host.lookups.filter(({ ms }) => ms >= wait).length + out;
  return stalled > 0 && stalled < host.lookups.length * 0.2;
}
