import { duration } from '../../duration';
import { type Evidence, type Rule, share, sum, type Verdict } from './evidence';
import { intermittentErrors, packetLoss, pairLosesOne } from './now-and-then';
import { aaaaSlow, slow } from './slow';
import { aaaaLost, aLost, everyLookupStalls, noAnswer } from './unanswered';
import { aaaaFails, aaaaNxdomain, unknownName } from './wrong-answers';

/** The first rule that holds is the verdict: causes that explain more come first. */
const RULES: readonly Rule[] = [
  unknownName,
  noAnswer,
  everyLookupStalls,
  aaaaLost,
  aLost,
  aaaaFails,
  aaaaNxdomain,
  pairLosesOne,
  packetLoss,
  intermittentErrors,
  slow,
  aaaaSlow,
];

function healthy({ host, a, both }: Evidence): Verdict {
  const slowest = duration(Math.max(a.max, both.max));
  const times = `A alone ${duration(a.p50)}, both ${duration(both.p50)}, slowest ${slowest}`;
  const only6 = share(a.outcomes.nodata, a) === 1 ? ' (it has IPv6 addresses only)' : '';
  return { id: 'healthy', status: 'ok', message: `${host}${only6}: ${times}` };
}

/** What the probes of a host say. */
export function verdictOf(evidence: Evidence): Verdict {
  if (sum(({ count }) => count, evidence) === 0) {
    return { id: 'no-probes', status: 'skip', message: `${evidence.host} was not probed` };
  }
  for (const rule of RULES) {
    const verdict = rule(evidence);
    if (verdict !== undefined) return verdict;
  }
  return healthy(evidence);
}
