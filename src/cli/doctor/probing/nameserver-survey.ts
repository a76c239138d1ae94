import { setTimeout as sleep } from 'node:timers/promises';
import { Resolver } from '../../../index';
import { isLost, type Sample } from '../../probe';
import type { ResolverConfig } from '../facts/resolver-config';
import type { Session } from './session';
import type { Target } from './target';

/** What one nameserver said when it was asked alone. */
export interface NameserverSurvey {
  readonly address: string;
  /** By host, in the order in which it was asked. */
  readonly udp: ReadonlyMap<string, readonly Sample[]>;
  /** undefined: the budget of queries had no room. */
  readonly tcp: Sample | undefined;
}

/** Each server is asked for each name so often: one lost packet is not a dead server. */
const ROUNDS = 3;
const PAUSE = 250;

/** Seconds; libc's own timeout for these questions. */
const TIMEOUT = 2;
const DEADLINE = 2500;

// One server, whatever resolv.conf says; the names end in a dot, so that no search list matters.
function resolverOf(address: string, overTcp: boolean): Resolver {
  const asking = (nameserver: string): Resolver =>
    new Resolver({
      families: 'system',
      hedge: false,
      timeout: 0,
      resolv: { nameservers: [nameserver], timeout: TIMEOUT, attempts: 1, useVc: overTcp },
    });
  try {
    return asking(address);
  } catch {
    // A scope that is no interface of this host: in resolv.conf libc takes it for none, a Resolver refuses it.
    return asking(address.replace(/%.*/, ''));
  }
}

/** Whether it answered at all, over UDP. */
export function answersUdp({ udp }: NameserverSurvey): boolean {
  return [...udp.values()].flat().some((sample) => !isLost(sample));
}

/** Asks each nameserver of resolv.conf by itself, over UDP and once over TCP. */
export async function surveyNameservers(
  targets: readonly Target[],
  session: Session,
): Promise<readonly NameserverSurvey[]> {
  const { config } = session.system;
  const asked = targets.filter(({ source }) => source !== 'hosts');
  const [firstTarget] = asked;
  if (firstTarget === undefined) return [];
  const alone: ResolverConfig = { ...config, nameservers: ['one'], timeout: TIMEOUT, attempts: 1 };

  // A lost packet is not a closed port: once more before it is called one.
  async function askTcp(address: string, { name, times }: Target): Promise<Sample | undefined> {
    const way = { resolver: resolverOf(address, true), config: alone };
    const once = await session.probe(name, 4, times, DEADLINE, way);
    if (once === undefined || !isLost(once)) return once;
    return (await session.probe(name, 4, times, DEADLINE, way)) ?? once;
  }

  async function ask(address: string, firstTarget: Target): Promise<NameserverSurvey> {
    const udp = new Map<string, Sample[]>(asked.map(({ name }) => [name, []]));
    const overTcp = askTcp(address, firstTarget);
    for (let round = 0; round < ROUNDS && !session.signal.aborted; round += 1) {
      if (round > 0) await sleep(PAUSE, undefined, { signal: session.signal }).catch(() => {});
      await Promise.all(
        asked.map(async ({ name, times }) => {
          const way = { resolver: resolverOf(address, false), config: alone };
          const sample = await session.probe(name, 4, times, DEADLINE, way);
          if (sample !== undefined) udp.get(name)?.push(sample);
        }),
      );
    }
    return { address, udp, tcp: await overTcp };
  }
  return Promise.all(config.nameservers.map((address) => ask(address, firstTarget)));
}
