import { addressesInHosts } from '../facts/system';
import { answerOf, type HostEvidence } from '../probing/evidence';
import type { Case, Diagnosis } from './diagnosis';
import { noRouteTo } from './route';

/** The hosts file answers, and the DNS would answer otherwise: the line may be stale. */
export function hostsFileDiagnosis(host: HostEvidence, of: Case): Diagnosis | undefined {
  const written = addressesInHosts(host.host, of.system.hosts);
  const unreachable = noRouteTo(host.host, written, of);
  if (unreachable !== undefined) return unreachable;
  // A search domain may have another host of this name; only a short name is meant for it.
  const isDotted = host.host.replace(/\.$/, '').includes('.');
  const meant = host.candidates.filter(({ domain }) => !isDotted || domain === undefined);
  const served = new Set(
    meant.flatMap(({ cells }) => cells.flatMap((cell) => answerOf(cell)?.addresses ?? [])),
  );
  const loopback = written.every((address) => address.startsWith('127.') || address === '::1');
  if (served.size === 0 || loopback || written.some((address) => served.has(address))) return undefined;
  return {
    id: 'stale-hosts-line',
    host: host.host,
    status: 'warn',
    message: `the hosts file answers for ${host.host} with ${written.join(', ')}; the DNS says ${[...served].slice(0, 3).join(', ')}`,
    meaning:
      'No nameserver is asked for a name that /etc/hosts has. A line that is forgotten there outlives every change in the DNS.',
    remedies: ['hosts-line'],
  };
}
