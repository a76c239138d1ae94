import { setTimeout as sleep } from 'node:timers/promises';
import type { Family } from '../../../index';
import type { Sample } from '../../probe';
import { firstWait } from '../facts/resolver-config';
import type { Session } from './session';
import type { Target } from './target';

/** The probes of one host. */
export interface Survey {
  readonly target: Target;
  readonly samples: Sample[];
  /** When the lookups still out were begun. */
  readonly out: Set<number>;
  /** Probes that the budget of queries had no room for. */
  skipped: number;
}

/** How the probes are spread. */
export interface Spread {
  /** Probes of each kind for each host. */
  readonly rounds: number;
  /** ms from the first to the last. */
  readonly over: number;
}

const KINDS: readonly Family[] = [4, 6, 0];

/** Each kind of lookup is made at least so often, where the budget has room. */
const LEAST_ROUNDS = 20;
const MOST_ROUNDS = 40;

/** Queries kept for the pilot walk, the nameservers one by one, and lookups that need more than one. */
const SET_ASIDE = 140;

/** A round is A alone, AAAA alone, and both: four queries. */
const QUERIES_A_ROUND = 4;

/** The rounds that the budget has room for when all goes well. */
export function roundsFor(targets: readonly Target[], budget: number): number {
  const round = targets.reduce((sum, { times }) => sum + QUERIES_A_ROUND * times, 0);
  const room = Math.floor((budget - SET_ASIDE) / round);
  return Math.min(MOST_ROUNDS, Math.max(LEAST_ROUNDS, room));
}

/** A survey without probes so far. */
export function newSurvey(target: Target): Survey {
  return { target, samples: [], out: new Set(), skipped: 0 };
}

async function probeOnce(survey: Survey, family: Family, session: Session): Promise<void> {
  const begun = performance.now();
  survey.out.add(begun);
  const sample = await session.probe(survey.target.name, family, survey.target.times);
  survey.out.delete(begun);
  if (sample !== undefined) survey.samples.push(sample);
  else if (!session.signal.aborted) survey.skipped += 1;
}

/**
 * Makes the probes, evenly spread; returns once the last has begun, with those still out.
 * A host whose name nobody knows, or the hosts file, is not asked for more often than `LEAST_ROUNDS`.
 */
export async function launch(
  surveys: readonly Survey[],
  { rounds, over }: Spread,
  session: Session,
): Promise<Promise<void>[]> {
  const pause = over / (rounds * KINDS.length);
  const begun = performance.now();
  const out: Promise<void>[] = [];
  for (let step = 0; step < rounds * KINDS.length && !session.signal.aborted; step += 1) {
    const family = KINDS[step % KINDS.length] ?? 0;
    for (const survey of surveys) {
      const { source } = survey.target;
      if (source !== 'dns' && step >= LEAST_ROUNDS * KINDS.length) continue;
      // A line of the hosts file has one address: for the other family libc would ask the DNS.
      if (source === 'hosts' && family === 6) continue;
      out.push(probeOnce(survey, family, session));
    }
    const next = begun + (step + 1) * pause - performance.now();
    await sleep(Math.max(0, next), undefined, { signal: session.signal }).catch(() => {});
  }
  return out;
}

/** Some lookups stall and others like them do not: more of them would tell a race from a loss. */
export function isUnclear({ samples, out }: Survey, session: Session): boolean {
  const { config, libc } = session.system;
  const wait = firstWait(config, libc) * 0.8;
  const now = performance.now();
  const stuck = [...out].filter((begun) => now - begun > Math.min(1000, wait)).length;
  const stalled = samples.filter(({ ms }) => ms >= wait).length + stuck;
  return stalled > 0 && stalled < samples.length * 0.2;
}
