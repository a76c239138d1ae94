import { isLost } from '../../probe';
import { foundAt, type HostEvidence, type ServerEvidence } from '../probing/evidence';
import { hasStalled } from '../probing/figures';
import { answerDiagnosis } from './answers';
import { type Case, type Diagnosis, SLOW, takesTurns } from './diagnosis';
import { disagreements } from './disagreement';
import { byGravity, isFault } from './finding';
import { hostsFileDiagnosis } from './hosts-file';
import { nameserverDiagnoses } from './nameservers';
import { searchDiagnoses } from './search-path';
import { isOfUse, type ServerState, stateOf } from './server-state';
import { rateLimit, symptomDiagnosis } from './symptoms';

/** What is wrong: the cause of a host is among the others where it is not its own. */
export interface Diagnoses {
  readonly states: readonly ServerState[];
  /** About nameservers. */
  readonly servers: readonly Diagnosis[];
  /** About hosts, at most one each. */
  readonly hosts: readonly Diagnosis[];
}

function ownCause(host: HostEvidence, servers: readonly ServerEvidence[], of: Case): Diagnosis | undefined {
  if (host.source === 'hosts') return hostsFileDiagnosis(host, of);
  const isFelt = host.lookups.some((sample) => sample.ms >= SLOW || isLost(sample));
  for (const [at, server] of servers.entries()) {
    const found = searchDiagnoses(host, server, of)[0] ?? answerDiagnosis(host, server, of);
    // What a warning says of some servers alone counts where lookups show it.
    if (found !== undefined && (at === 0 || isFelt || found.status === 'fail')) return found;
  }
  return symptomDiagnosis(host, of);
}

/** A grave fault of a server explains lookups that stall or fail. */
function isExplained(
  host: HostEvidence,
  cause: Diagnosis,
  servers: readonly Diagnosis[],
  wait: number,
): boolean {
  if (servers.length === 0) return false;
  const troubled = host.lookups.some((sample) => hasStalled(sample, wait) || sample.outcome === 'failed');
  const isSymptom = [
    'packet-loss',
    'conntrack-race',
    'first-lookup-slow',
    'sometimes-slow',
    'intermittent-errors',
    'lookups-stall',
  ].includes(cause.id);
  const slow =
    servers.some(({ id }) => id === 'slow-nameserver' || id === 'timeout-too-short') &&
    /slow|too-short/.test(cause.id);
  return slow || (isSymptom && (troubled || cause.id !== 'packet-loss'));
}

/** All that the evidence shows; what follows from something else is left out. */
export function diagnose(of: Case): Diagnoses {
  const { evidence, wait, system } = of;
  const states = evidence.servers.map((server) => stateOf(server, of));
  const known = states.filter(({ kind }) => kind !== 'unknown');
  const limited = rateLimit(of);
  const broken = nameserverDiagnoses(states, of);
  const all = [...broken, ...(limited === undefined ? [] : [limited]), ...disagreements(of)];
  const servers = all.map((found): Diagnosis => quiet(found, of, states));
  const useful = states.filter(isOfUse).map(({ address }) => address);
  // With rotate each of them answers some lookups.
  const first = takesTurns(of) ? useful : useful.slice(0, 1);
  const answering = evidence.servers.filter(({ address }) => first.includes(address));
  // Nobody answers: that is the cause of everything.
  const none = known.length > 0 && answering.length === 0;
  const disagreed = new Set(
    servers.filter(({ id }) => id === 'nameservers-disagree').map(({ host }) => host),
  );
  const asked = system.config.nameservers.length > 0;
  const hosts = evidence.hosts.flatMap((host): Diagnosis[] => {
    if (host.source === 'dns' && (none || (!asked && host.lookups.length === 0))) return [];
    const cause = ownCause(host, answering, of);
    if (cause === undefined) return [];
    if (disagreed.has(host.host) && foundAt(host) !== -1 && /unknown|intermittent/.test(cause.id)) return [];
    if (limited !== undefined && isExplained(host, cause, [limited], wait)) return [];
    return isExplained(host, cause, servers.filter(isFault), wait) ? [] : [cause];
  });
  return { states, servers: byGravity(servers), hosts: byGravity(hosts) };
}

/** Of names that are the doctor's own choice nothing is expected, as long as a server answers something. */
function quiet(found: Diagnosis, { guessed, system }: Case, states: readonly ServerState[]): Diagnosis {
  if (!guessed) return found;
  const offline = system.addresses.every(({ internal }) => internal) && found.id === 'unreachable-nameserver';
  const alive = states.some(
    ({ address, kind }) => address === found.server && (kind === 'forwarder' || kind === 'refuses'),
  );
  const useful = states.some(isOfUse);
  if (!offline && (!alive || useful)) return found;
  return {
    ...found,
    status: 'ok',
    message: `${found.message}; give a name that your application uses`,
    remedies: [],
  };
}
