import type { NodeWay } from '../way';
import { dnsLookup4 } from './dns-lookup-4';

/** The same with a large pool, of which libuv gives getaddrinfo one half. */
export const dnsLookup4Threads64: NodeWay = {
  ...dnsLookup4,
  label: 'dns.lookup family 4, UV_THREADPOOL_SIZE=64',
  env: { UV_THREADPOOL_SIZE: '64' },
};
