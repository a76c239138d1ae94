import { candidates } from '../facts/resolver-config';
import { isInHosts } from '../facts/system';
import { TIMES_UNKNOWN, timesAsked } from './query-budget';
import type { Session } from './session';

/** A host to be probed: which of the names that libc makes of it has an address. */
export interface Target {
  /** As given. */
  readonly host: string;
  /** The name the probes ask for: with its trailing dot one lookup is one question, whatever the search list. */
  readonly name: string;
  /** `hosts`: the hosts file has it and no packet is sent. `nobody`: no candidate has an address. */
  readonly source: 'dns' | 'hosts' | 'none';
  /** What libc asks for in turn, up to the name that has an address; all of them where none has. */
  readonly tried: readonly string[];
  /** How often libc asks each question for it: more than once where the answer is long. */
  readonly times: number;
}

/** A first packet lost costs libc five seconds. */
const WALK_DEADLINE = 6000;

/** More candidates than these are not walked; resolv.conf's search list may be of any length. */
const MOST_WALKED = 12;

/** Finds out which candidate answers: all are asked at once, IPv4 only, the first in libc's order counts. */
export async function findTarget(host: string, session: Session): Promise<Target> {
  const { system } = session;
  if (isInHosts(host, system.hosts)) return { host, name: host, source: 'hosts', tried: [], times: 1 };

  const names = candidates(host, system.config, system.libc).slice(0, MOST_WALKED);
  const walked = await Promise.all(names.map((name) => session.probe(name, 4, TIMES_UNKNOWN, WALK_DEADLINE)));
  const found = walked.findIndex((sample) => sample?.outcome === 'answered');
  // A name with IPv6 addresses only.
  const at = found === -1 ? walked.findIndex((sample) => sample?.outcome === 'nodata') : found;
  const asIs = host.endsWith('.') ? host : `${host}.`;
  const name = names[at];
  if (name === undefined) return { host, name: asIs, source: 'none', tried: names, times: 1 };
  const times = timesAsked(walked[at]?.addresses.length ?? 0);
  return { host, name, source: 'dns', tried: names.slice(0, at + 1), times };
}
