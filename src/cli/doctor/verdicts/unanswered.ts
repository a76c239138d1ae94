import { duration } from '../../duration';
import { lost, NEARLY_ALL, type Rule, stalls, usable } from './evidence';

/** Nobody answers, or the server says at once that it cannot. */
export const noAnswer: Rule = ({ host, a, aaaa, both }) => {
  if (lost(a) < NEARLY_ALL || lost(both) < NEARLY_ALL || usable(aaaa) > 0) return undefined;
  if (stalls(a) >= NEARLY_ALL) {
    return {
      id: 'no-answer',
      status: 'fail',
      message: `no answer for ${host}: lookups end after ${duration(a.max)} without one`,
      meaning:
        'The nameservers do not answer for this name: they are down, a firewall or network policy drops port 53, or they cannot reach the server they forward to.',
      remedies: ['nameservers', 'deadline'],
    };
  }
  return {
    id: 'server-fails',
    status: 'fail',
    message: `every lookup of ${host} fails at once (EAI_AGAIN after ${duration(a.p50)})`,
    meaning: 'The answer is SERVFAIL or REFUSED, or nothing listens there. A second attempt gets the same.',
    remedies: ['nameservers'],
  };
};

/** A dead first nameserver, and another that answers. */
export const everyLookupStalls: Rule = ({ host, a, aaaa, wait }) => {
  if (stalls(a) < NEARLY_ALL || stalls(aaaa) < NEARLY_ALL) return undefined;
  return {
    id: 'every-lookup-stalls',
    status: 'fail',
    message: `every lookup of ${host} takes ${duration(a.p50)}: libc waits ${duration(wait)} for a server that does not answer, then asks another`,
    meaning:
      'The first nameserver is dead, and libc does not remember it: each lookup waits again. Asking for A alone does not help here.',
    remedies: ['nameservers', 'dns-config-timeout', 'resolv-nameservers'],
  };
};

/** So many stalls of one kind, and none of the other, do not come from a lossy network by chance (1 in 32). */
const BEYOND_CHANCE = 5;

/** AAAA questions or their answers never arrive. */
export const aaaaLost: Rule = ({ host, a, aaaa, both, libc }) => {
  const always = stalls(aaaa) >= NEARLY_ALL && stalls(a) <= 1 - NEARLY_ALL && aaaa.count >= 3;
  const sometimes = aaaa.stalled >= BEYOND_CHANCE && a.stalled === 0;
  if (!always && !sometimes) return undefined;
  const often = always ? '' : ` now and then (${aaaa.stalled} of ${aaaa.count})`;
  const end =
    both.outcomes.answered > 0 ? 'takes' : both.outcomes.failed > 0 ? 'fails after' : 'has no answer after';
  const onMusl =
    libc.name === 'musl'
      ? 'and then fails: musl gives up without the A record it has'
      : 'images with musl (Alpine) fail after 5 s';
  return {
    id: 'aaaa-lost',
    status: 'fail',
    message: `AAAA answers for ${host} are lost${often}: a dual-stack lookup ${end} ${duration(both.max)}, A alone ${duration(a.p50)}`,
    meaning: `Whatever asks for both families (dns.lookup, curl, most programs) waits for the answer that never comes; ${onMusl}.`,
    remedies: ['lookup4', 'register', 'dns-config-no-aaaa'],
  };
};

/** The same for A. */
export const aLost: Rule = ({ host, a, aaaa, both }) => {
  if (stalls(a) < NEARLY_ALL || stalls(aaaa) > 1 - NEARLY_ALL || a.count < 3) return undefined;
  return {
    id: 'a-lost',
    status: 'fail',
    message: `A answers for ${host} are lost: a lookup takes ${duration(both.max)}`,
    meaning:
      'The AAAA question is answered and the A question is not: a filter, or a server that fails for this record.',
    remedies: ['nameservers'],
  };
};
