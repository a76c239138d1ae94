import type { NodeWay } from '../way';
import { loadPackage, PACKAGE_SOURCE } from './package';

export const lookup4: NodeWay = {
  label: 'addrinfo lookup4',
  source: PACKAGE_SOURCE,
  async open() {
    const { lookup4 } = loadPackage();
    return (name, answered) => {
      lookup4(name).then(() => answered(null), answered);
    };
  },
};
