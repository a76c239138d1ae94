import type { NodeWay } from '../way';
import { lookup4 } from './lookup4';
import { loadPackage } from './package';

export const lookup4Threads64: NodeWay = {
  label: 'addrinfo lookup4, 64 threads',
  async open() {
    loadPackage().setThreads({ max: 64 });
    return lookup4.open();
  },
};
