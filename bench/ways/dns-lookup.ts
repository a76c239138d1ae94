import dns from 'node:dns';
import type { NodeWay } from '../way';

/** Node's own, as http and net call it: A and AAAA. */
export const dnsLookup: NodeWay = {
  label: 'dns.lookup',
  async open() {
    return (name, answered) => dns.lookup(name, answered);
  },
};
