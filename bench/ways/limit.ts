import type { LimitWay } from '../way';

/** What so many threads can reach at most on this machine, from this server, each query from its own socket. */
export const limit16: LimitWay = { label: 'C, 16 threads', threads: 16, sockets: 'fresh' };
export const limit64: LimitWay = { label: 'C, 64 threads', threads: 64, sockets: 'fresh' };

/** Without a socket to make for each lookup; this package makes one for every 16. */
export const limit16Kept: LimitWay = { label: 'C, 16 threads, sockets kept', threads: 16, sockets: 'kept' };
