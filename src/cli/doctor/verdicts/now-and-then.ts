import { duration } from '../../duration';
import { type Rule, sum } from './evidence';

/** So many stalls of pairs, and none of single questions, do not come from a lossy network by chance (1 in 16). */
const BEYOND_CHANCE = 4;
/** A pair that is lost by chance has twice the risk of a single question: far from this. */
const FAR_MORE = 6;

/** One of the two packets that leave a socket at once is lost; alone, none is. */
export const pairLosesOne: Rule = ({ host, a, aaaa, both, wait, libc }) => {
  const alone = a.stalled + aaaa.stalled;
  const sure = both.stalled >= BEYOND_CHANCE;
  if (both.stalled === 0 || alone > both.stalled / FAR_MORE || (alone > 0 && !sure)) return undefined;
  const race = 'the conntrack race of Kubernetes nodes (two entries for one flow, one dropped)';
  const options = libc.name === 'glibc' ? (['dns-config-single-request'] as const) : [];
  return {
    id: 'pair-loses-one',
    status: 'fail',
    message: `A and AAAA of ${host} asked together: ${both.stalled} of ${both.count} lookups stalled for ${duration(wait)} or more; asked alone: ${alone === 0 ? 'none' : alone} of ${a.count + aaaa.count}`,
    meaning: sure
      ? `Two packets leave one socket at once, and one of them is lost: ${race}.`
      : `Two packets leave one socket at once, and one of them is lost: most likely ${race}. So few could also be plain packet loss: let "addrinfo watch" run for some minutes.`,
    remedies: ['lookup4', 'register', ...options, 'nodelocal'],
  };
};

/** Packets are lost, whatever they ask. */
export const packetLoss: Rule = (evidence) => {
  const { host, a, aaaa, both, candidates, wait } = evidence;
  const stalled = sum((figures) => figures.stalled, evidence);
  if (stalled === 0) return undefined;
  const questions = a.count + aaaa.count + 2 * both.count;
  const often = Math.max(1, Math.round(questions / stalled));
  const more =
    candidates > 1 ? ` Your code's lookups stall more often: they ask for ${candidates} names in turn.` : '';
  return {
    id: 'packet-loss',
    status: 'fail',
    message: `about 1 question in ${often} for ${host} is lost: ${stalled} of ${questions} waited ${duration(wait)} or more; hedging mends it`,
    meaning: `Packets are lost on the way, whatever their type.${more} Asking for A alone halves the chances, a second attempt after 300 ms takes the wait away.`,
    remedies: ['hedge', 'register', 'dns-config-timeout'],
  };
};

/** Errors, or another answer, now and then. */
export const intermittentErrors: Rule = (evidence) => {
  const { host, a, both } = evidence;
  const failed = sum(({ outcomes }) => outcomes.failed, evidence);
  const unknown = a.outcomes.answered > 0 ? a.outcomes.nxdomain + both.outcomes.nxdomain : 0;
  if (failed + unknown === 0) return undefined;
  const what = failed > 0 ? `fail at once (EAI_AGAIN)` : 'say that there is no such name';
  return {
    id: 'intermittent-errors',
    status: 'warn',
    message: `${failed + unknown} of ${sum(({ count }) => count, evidence)} lookups of ${host} ${what}, the others do not`,
    meaning: 'One of the servers behind the nameserver differs from the others, or is overloaded.',
    remedies: ['consistent-nameservers', 'cache'],
  };
};
