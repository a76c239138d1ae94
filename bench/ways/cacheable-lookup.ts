import type { NodeWay } from '../way';

const IPV4 = { family: 4 } as const;

export const cacheableLookup: NodeWay = {
  label: 'cacheable-lookup',
  source: "import('cacheable-lookup')",
  async open() {
    const { default: CacheableLookup } = await import('cacheable-lookup');
    const { lookup } = new CacheableLookup();
    return (name, answered) => lookup(name, IPV4, answered);
  },
};
