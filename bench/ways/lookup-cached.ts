import type { NodeWay } from '../way';
import { loadPackage } from './package';

export const lookupCached: NodeWay = {
  label: 'addrinfo lookup, cache',
  async open() {
    const { lookup } = new (loadPackage().Resolver)({ families: 'ipv4-only', cache: { ttl: 300_000 } });
    return (name, answered) => lookup(name, answered);
  },
};
