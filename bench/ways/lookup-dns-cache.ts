import type { NodeWay } from '../way';

const IPV4 = { family: 4 };

export const lookupDnsCache: NodeWay = {
  label: 'lookup-dns-cache',
  source: "require('lookup-dns-cache')",
  async open() {
    const { lookup } = await import('lookup-dns-cache');
    return (name, answered) => lookup(name, IPV4, answered);
  },
};
