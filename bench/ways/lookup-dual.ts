import type { NodeWay } from '../way';
import { loadPackage } from './package';

/** Both families, each on a thread and socket of its own. */
export const lookupDual: NodeWay = {
  label: 'addrinfo lookup, dual',
  async open() {
    const { lookup } = new (loadPackage().Resolver)({ families: 'dual' });
    return (name, answered) => lookup(name, answered);
  },
};
