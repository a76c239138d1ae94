import dns from 'node:dns';
import type { NodeWay } from '../way';

/** c-ares: no hosts file in the sense of the system, no nsswitch, no search in this call. */
export const dnsResolve4: NodeWay = {
  label: 'dns.resolve4',
  async open() {
    return (name, answered) => dns.resolve4(name, answered);
  },
};
