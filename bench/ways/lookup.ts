import type { NodeWay } from '../way';
import { loadPackage } from './package';

/** The drop-in, as http and net call it: A, and AAAA only where there is no A. */
export const lookup: NodeWay = {
  label: 'addrinfo lookup',
  async open() {
    const { lookup } = loadPackage();
    return (name, answered) => lookup(name, answered);
  },
};
