import { setTimeout as delay } from 'node:timers/promises';
import { type DnsServer, startDnsServer } from '../../test/support/dns-server/dns-server';
import type { Lookup } from '../contenders';
import { type Load, putLoad } from '../load';
import { Failures } from '../measurement';
import type { Scenario } from '../scenario';

const CALLERS = 8;
const OUTAGE = 11_000;
/** ms after which nobody has noticed that the server is back. */
const PATIENCE = 40_000;
/** ms between an answer and the caller's next lookup. */
const PAUSE = 20;

function warmUp(unique: string): Load {
  return {
    name: `u-warm-%d-${unique}.test`,
    concurrency: 2,
    warmUp: 0,
    duration: 20_000,
    lookups: 200,
  };
}

/** The queries of an outage, which ends after `work` has. */
async function countInOutage(server: DnsServer, work: () => Promise<unknown>): Promise<number> {
  server.impose('drop');
  const before = server.queries.length;
  await work();
  return server.queries.length - before;
}

/** Callers that ask one lookup after another, until told to stop. */
class Callers {
  readonly failures = new Failures();
  /** When the first lookup after `backAt` was answered. */
  answered: Promise<number>;
  #backAt = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(lookup: Lookup, name: (number: number) => string) {
    let number = 0;
    this.answered = new Promise((resolve) => {
      const next = (): void => {
        if (this.#stopped) return;
        number += 1;
        lookup(name(number), (error) => {
          const now = performance.now();
          if (!error && now >= this.#backAt) resolve(now);
          if (error && !this.#stopped) this.failures.add(error);
          setTimeout(next, PAUSE);
        });
      };
      for (let at = 0; at < CALLERS; at += 1) next();
    });
  }

  /** ms from now until one of them has an answer. */
  async recovery(): Promise<number> {
    this.#backAt = performance.now();
    const at = await Promise.race([this.answered, delay(PATIENCE)]);
    this.#stopped = true;
    return at === undefined ? PATIENCE : at - this.#backAt;
  }
}

export const outage: Scenario = {
  title: 'An outage of 11 s',
  shows: `The only nameserver is silent and comes back, with ${CALLERS} callers: what it is sent, and who notices.`,
  server: 'none',
  ownNetwork: true,
  contenders: [
    'dns-lookup',
    'dns-lookup-4',
    'dns-resolve4',
    'lookup4',
    'lookup4-unhedged',
    'lookup',
    'limit-16',
  ],
  quickContenders: ['lookup4', 'lookup4-unhedged'],
  quickRounds: 1,
  processes: { full: 1, quick: 1 },
  metrics: ['inOutage', 'recovery'],
  note:
    `Of ${CALLERS} callers dns.lookup has threads for two. The C program has threads for all of them, and its outage ` +
    'ends with its last lookup.',
  async measureLoads(put, { unique }) {
    const server = await startDnsServer({ directives: 'delay-2' });
    await put(warmUp(unique));
    const load = { concurrency: CALLERS, warmUp: 0, duration: OUTAGE };
    const inOutage = await countInOutage(server, () => put({ ...load, name: `u-%d-${unique}.test` }));
    return { numbers: { inOutage } };
  },
  async measure(lookup, { unique }) {
    const server = await startDnsServer({ directives: 'delay-2' });
    await putLoad(lookup, warmUp(unique));
    let callers: Callers | undefined;
    const inOutage = await countInOutage(server, () => {
      callers = new Callers(lookup, (number) => `u-${number}-${unique}.test`);
      return delay(OUTAGE);
    });
    server.impose('delay-2');
    const recovery = (await callers?.recovery()) ?? Number.NaN;
    return { numbers: { inOutage, recovery }, failed: callers?.failures.byCode() ?? {} };
  },
};
