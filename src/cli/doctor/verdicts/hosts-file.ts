import { addressesInHosts } from '../facts/system';
import { answerOf, type HostEvidence } from '../probing/evidence';
import type { Case, Diagnosis } from './diagnosis';

/** The hosts file answers, and the DNS would answer otherwise: the line may be stale. */
export function hostsFileDiagnosis(host: HostEvidence, { system }: Case): Diagnosis | undefined {
  const written = addressesInHosts(host.host, system.hosts);
  const served = new Set(
    host.candidates.flatMap(({ cells }) => cells.flatMap((cell) => answerOf(cell)?.addresses ?? [])),
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
