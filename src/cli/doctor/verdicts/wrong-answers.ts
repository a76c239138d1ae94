import { NEARLY_ALL, type Rule, share, usable } from './evidence';

/** The name is not there, or has no address. */
export const unknownName: Rule = ({ host, a, aaaa, both, asksDns }) => {
  if (
    share(a.outcomes.nxdomain, a) >= NEARLY_ALL &&
    share(both.outcomes.nxdomain, both) >= NEARLY_ALL &&
    aaaa.outcomes.answered === 0
  ) {
    return {
      id: 'unknown-name',
      status: 'fail',
      message: `the name ${host} does not exist: every answer says so`,
      meaning: asksDns
        ? 'The nameserver is well and does not know the name: a typing error, a namespace left out, or a search list that lacks a domain.'
        : 'No source of nsswitch.conf knows it, and the DNS is not among them.',
    };
  }
  const addressless = share(both.outcomes.nodata, both) >= NEARLY_ALL;
  if (!addressless || a.outcomes.answered + aaaa.outcomes.answered > 0) return undefined;
  return {
    id: 'no-address',
    status: 'fail',
    message: `${host} exists and has no address, neither IPv4 nor IPv6`,
    meaning: 'A service without endpoints, or a name that carries other records only.',
  };
};

/** AAAA gets SERVFAIL or REFUSED. */
export const aaaaFails: Rule = ({ host, a, aaaa, both, libc }) => {
  if (share(aaaa.outcomes.failed, aaaa) < NEARLY_ALL || usable(a) === 0) return undefined;
  const broken = share(usable(both), both) < 1 - NEARLY_ALL;
  return {
    id: 'aaaa-fails',
    status: broken ? 'fail' : 'warn',
    message: `AAAA of ${host} gets an error (SERVFAIL or REFUSED) where A is answered`,
    meaning:
      libc.name === 'musl' || broken
        ? 'A lookup of both families fails because of it.'
        : 'glibc takes the A record and goes on; musl (Alpine images) fails with EAI_AGAIN after 5 s.',
    remedies: ['lookup4', 'register', 'server-nodata'],
  };
};

/** AAAA gets NXDOMAIN although there is an A record. */
export const aaaaNxdomain: Rule = ({ host, a, aaaa, both, libc }) => {
  const answered = share(a.outcomes.answered, a) >= NEARLY_ALL;
  if (!answered || share(aaaa.outcomes.nxdomain, aaaa) < NEARLY_ALL) return undefined;
  const broken = both.outcomes.answered === 0;
  // musl before 1.2.4 says the same for a name without AAAA record, and nothing is wrong then.
  if (libc.name !== 'glibc' && !broken) return undefined;
  return {
    id: 'aaaa-nxdomain',
    status: broken ? 'fail' : 'warn',
    message: `AAAA of ${host} gets NXDOMAIN although the name has an A record: Alpine images will fail`,
    meaning:
      'NXDOMAIN is for names that have no record at all; the right answer is an empty one. glibc does not mind, musl takes it at its word and fails with ENOTFOUND at once.',
    remedies: ['lookup4', 'register', 'server-nodata'],
  };
};
