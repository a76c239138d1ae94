import { duration } from '../../duration';
import type { Rule } from './evidence';

/** ms; a median above it is slow for a name that the server has in its cache. */
const SLOW = 200;
/** ms; near the second for which conntrack keeps what it rescued. */
const NEAR_THE_CLIFF = 800;

/** Every answer takes its time. */
export const slow: Rule = ({ host, a, both }) => {
  if (a.p50 < SLOW) return undefined;
  const cliff =
    Math.max(a.max, both.max) < NEAR_THE_CLIFF
      ? ''
      : ' Mind that conntrack keeps what it rescued for one second only: answers slower than that can stall for 5 s more.';
  return {
    id: 'slow',
    status: 'warn',
    message: `the server is slow: half of the lookups of ${host} take ${duration(a.p50)} or more`,
    meaning: `Nothing is lost, each answer takes its time: an overloaded server, or one far away that caches nothing.${cliff}`,
    remedies: ['cache', 'nodelocal'],
  };
};

/** Only AAAA does. */
export const aaaaSlow: Rule = ({ host, a, aaaa, both }) => {
  if (aaaa.p50 < SLOW && both.p50 < SLOW) return undefined;
  return {
    id: 'aaaa-slow',
    status: 'warn',
    message: `AAAA answers for ${host} come late: a dual-stack lookup takes ${duration(both.p50)}, A alone ${duration(a.p50)}`,
    meaning: 'getaddrinfo for both families answers when both are in.',
    remedies: ['lookup4', 'register'],
  };
};
