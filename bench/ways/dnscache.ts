import type { NodeWay } from '../way';

const IPV4 = { family: 4 };

/** A cache in front of dns.lookup. */
export const dnsCache: NodeWay = {
  label: 'dnscache',
  source: "require('dnscache')",
  async open() {
    const { default: enableCache } = await import('dnscache');
    const { lookup } = enableCache({ enable: true, ttl: 300, cachesize: 1000 });
    return (name, answered) => lookup(name, IPV4, answered);
  },
};
