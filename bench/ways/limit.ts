import type { LimitWay } from '../way';

/** What 16 threads can reach at most on this machine, from this server. */
export const limit16: LimitWay = { label: 'C, 16 threads', threads: 16 };
export const limit64: LimitWay = { label: 'C, 64 threads', threads: 64 };
