import { setTimeout as sleep } from 'node:timers/promises';
import { hostSources, lacksNameserver } from '../facts/system';
import { type Evidence, foundAt, hostReplies, isSilent } from './evidence';
import { firstLookups, isUnclear, launch } from './lookups';
import { askMatrix, askQuickly, askSlowly, newHost, newServer } from './matrix';
import { LONGEST, type Session } from './session';

/** Told as the run goes on. */
export type Progress = (doing: string, evidence: Evidence) => void;

/** ms into the run after which no more lookups are begun: a stall must still come to its end. */
const LATEST_LAUNCH = 30_000;
const SECOND_LOOK = 9000;
/** After this the quiet phase has no time any more. */
const LATEST_QUIET = 45_000;
/** ms kept at the end for the report. */
const FOR_THE_REPORT = 2000;
/** ms after which a lookup that is still out is taken to stall. */
const STUCK = 1000;
/** The first lookups go out alone for so long: they find what the application finds. */
const HEAD_START = 300;

/** Why nobody is asked; undefined where nameservers are. */
export function notAsked(session: Session): string | undefined {
  const { system } = session;
  // libc would then ask 127.0.0.1, which nobody has named.
  if (lacksNameserver(system)) return 'resolv.conf names no nameserver';
  const sources = hostSources(system);
  if (!sources.includes('dns') && !sources.includes('resolve')) return 'nsswitch.conf asks no nameserver';
  return undefined;
}

// Until all have come back, or there is no time left to wait for them.
async function ended(work: readonly Promise<unknown>[], session: Session): Promise<void> {
  const timer = setTimeout(() => session.stop(), Math.max(0, LONGEST - FOR_THE_REPORT - session.elapsed));
  await Promise.all(work).finally(() => clearTimeout(timer));
}

/** Some questions were answered and some were not, by a server that is there. */
function losesSome({ servers, hosts }: Evidence): boolean {
  return servers.some(({ address, root }) => {
    const replies = [...hostReplies(address, hosts), ...root];
    const lost = replies.filter((reply) => isSilent(reply) || reply.rcode === 'REFUSED').length;
    return lost > 0 && lost < replies.length;
  });
}

/** Gathers all evidence; ends early, with what is known, once the session is stopped. */
export async function collect(
  hosts: readonly string[],
  over: number,
  session: Session,
  progress: Progress,
): Promise<Evidence> {
  const { system } = session;
  const evidence: Evidence = {
    servers: notAsked(session) === undefined ? system.config.nameservers.map(newServer) : [],
    hosts: hosts.map((host) => newHost(host, session)),
  };
  if (lacksNameserver(system)) return evidence;

  progress('the first lookups', evidence);
  const first = firstLookups(evidence, session);
  await Promise.race([Promise.all(first), sleep(HEAD_START, undefined, { signal: session.signal })]).catch(
    () => {},
  );
  progress('asking each nameserver', evidence);
  if (notAsked(session) === undefined) await askMatrix(evidence, session);

  progress('looking up', evidence);
  const out = [...first, ...(await launch(evidence.hosts, over, session))];
  // One that has only begun is not stuck.
  await Promise.race([Promise.all(out), sleep(STUCK, undefined, { signal: session.signal }).catch(() => {})]);
  const back = evidence.hosts.reduce((sum, { lookups, skipped }) => sum + lookups.length + skipped, 0);
  const stuck = out.length - back;
  const unclear = evidence.hosts.filter((host) => isUnclear(host, stuck, session));
  if (unclear.length > 0 && session.elapsed + SECOND_LOOK < LATEST_LAUNCH) {
    progress('some stall and some do not: a second look', evidence);
    out.push(...(await launch(unclear, SECOND_LOOK, session)));
  }
  progress('waiting for those that stall', evidence);
  await ended(out, session);
  const late = evidence.hosts.some(
    (host) =>
      foundAt(host) !== -1 && host.lookups.some(({ ms, outcome }) => ms >= 1000 || outcome === 'failed'),
  );
  if ((losesSome(evidence) || late || unclear.length > 0) && session.elapsed < LATEST_QUIET) {
    progress('asking slowly', evidence);
    await ended([askSlowly(evidence, session).then(() => askQuickly(evidence, session))], session);
  }
  for (const host of evidence.hosts) host.lookups.sort((a, b) => a.at - b.at);
  return evidence;
}
