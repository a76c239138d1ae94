import dns from 'node:dns';
import type { NodeWay } from '../way';

const IPV4 = { family: 4 };

/** Node's own, told to ask for A alone. */
export const dnsLookup4: NodeWay = {
  label: 'dns.lookup family 4',
  async open() {
    return (name, answered) => dns.lookup(name, IPV4, answered);
  },
};
