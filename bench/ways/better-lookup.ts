import type { NodeWay } from '../way';

export const betterLookup: NodeWay = {
  label: 'better-lookup',
  source: "require('better-lookup')",
  async open() {
    const { lookup } = await import('better-lookup');
    return (name, answered) => {
      lookup(name, 4, answered);
    };
  },
};
