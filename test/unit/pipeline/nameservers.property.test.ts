import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolverPolicy } from '../../../src/options/resolver-options';
import { NameserverMemory } from '../../../src/pipeline/nameservers';
import { Pipeline } from '../../../src/pipeline/pipeline';
import { SimulatedClock } from '../../support/simulation/clock';
import { simulatedLibc } from '../../support/simulation/libc';
import { SimulatedNameserver } from '../../support/simulation/nameserver';
import { seeded } from '../../support/simulation/random';
import { question } from './fakes';

/** What a nameserver does from some moment on. */
type Behaviour = 'answers' | 'silent' | 'servfail' | 'refused';

interface Change {
  /** ms */
  readonly at: number;
  readonly place: number;
  readonly behaviour: Behaviour;
  /** ms */
  readonly delay: number;
}

interface Scene {
  readonly nameservers: number;
  readonly rotates: boolean;
  readonly attempts: number;
  /** ms between two lookups. */
  readonly pause: number;
  readonly changes: readonly Change[];
}

const SECONDS = 40;
const PROBE_INTERVAL = 5000;
/** ms: a lookup that brings the probe, and its answer. */
const SLACK = 1500;

const scenes: fc.Arbitrary<Scene> = fc.record({
  nameservers: fc.integer({ min: 2, max: 3 }),
  rotates: fc.boolean(),
  attempts: fc.integer({ min: 1, max: 3 }),
  pause: fc.integer({ min: 20, max: 300 }),
  changes: fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: SECONDS * 1000 }),
      place: fc.integer({ min: 0, max: 2 }),
      behaviour: fc.constantFrom<Behaviour>('answers', 'answers', 'silent', 'servfail', 'refused'),
      delay: fc.integer({ min: 1, max: 400 }),
    }),
    { maxLength: 8 },
  ),
});

interface Ended {
  readonly begun: number;
  readonly ms: number;
  readonly isFound: boolean;
}

/** Plays a scene; what came of each lookup, and what went wrong. */
function play(scene: Scene) {
  const clock = new SimulatedClock();
  const random = seeded(7);
  const servers = Array.from({ length: scene.nameservers }, () => new SimulatedNameserver(clock, random));
  const { rotates, attempts } = scene;
  const addresses = servers.map((_server, place) => `10.0.0.${place + 1}`);
  const memory = new NameserverMemory({ rotates, attempts, addresses }, clock);
  /** Since when each is passed over although it answers. */
  const since: number[] = servers.map(() => 0);
  const pipeline = new Pipeline(resolverPolicy({ families: 'ipv4-only' }), {
    start: simulatedLibc(clock, servers, { timeout: 5, attempts }),
    clock,
    memory: () => memory,
    courseOf: () => ({ kind: 'system' }),
    hidesFailures: () => false,
    isCrowded: () => false,
  });
  for (const { at, place, behaviour, delay } of scene.changes) {
    const server = servers[place];
    if (server === undefined) continue;
    clock.after(at, () => {
      server.isSilent = behaviour === 'silent';
      server.reply = behaviour === 'servfail' || behaviour === 'refused' ? behaviour : 'address';
      server.delay = delay;
    });
  }
  const ended: Ended[] = [];
  const passedOver: string[] = [];
  let started = 0;
  const lookUp = (): void => {
    const begun = clock.now();
    started += 1;
    pipeline.lookup(question({ node: `n${started}.test` }), {}, true, (error) => {
      ended.push({ begun, ms: clock.now() - begun, isFound: error === undefined });
    });
    for (const [place, { state }] of memory.stats().entries()) {
      const server = servers[place];
      const answers = server !== undefined && !server.isSilent && server.reply === 'address';
      if (state !== 'silent' || !answers) since[place] = clock.now();
      else if (clock.now() - (since[place] ?? 0) > PROBE_INTERVAL + SLACK) {
        passedOver.push(`${place} at ${clock.now()}`);
      }
    }
    if (clock.now() < SECONDS * 1000) clock.after(scene.pause, lookUp);
  };
  lookUp();
  clock.advanceTo(SECONDS * 1000 + 20_000);
  return { started, ended, passedOver, stats: pipeline.stats(), servers };
}

/** Two nameservers, of which one begins to answer when the lookups are nearly over. */
const ANSWERS_AFTER_THE_DEADLINE: Scene = {
  nameservers: 2,
  rotates: false,
  attempts: 1,
  pause: 20,
  changes: [
    { at: 343, place: 1, behaviour: 'answers', delay: 10 },
    { at: 0, place: 0, behaviour: 'silent', delay: 1 },
    { at: 8638, place: 1, behaviour: 'refused', delay: 116 },
    { at: 6, place: 1, behaviour: 'silent', delay: 5 },
    { at: 39_372, place: 0, behaviour: 'answers', delay: 229 },
  ],
};

test('whatever nameservers do, one that answers is not passed over for longer than a probe interval', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      expect(play(scene).passedOver).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
test('whatever nameservers do, every lookup ends once, by its deadline', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const { started, ended } = play(scene);
      expect(ended).toHaveLength(started);
      for (const { ms } of ended) expect(ms).toBeLessThanOrEqual(5000);
    }),
    { numRuns: 100 },
  );
});
test('whatever nameservers do, hedges stay within the budget', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const { started, ended, stats } = play(scene);
      const afterRest = ended.filter(({ ms, isFound }) => isFound && ms >= 950).length;
      const wins = stats.hedgeWins + afterRest;
      // A first call may answer after its lookup has ended: that counts, too.
      expect(stats.hedged).toBeLessThanOrEqual(2 + 0.1 * started + 2 * wins);
    }),
    { numRuns: 100, examples: [[ANSWERS_AFTER_THE_DEADLINE]] },
  );
});
test('nobody waits for a probe: once a nameserver answers, lookups take as long as it does', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 25 }),
      fc.integer({ min: 20, max: 300 }),
      fc.boolean(),
      (delay, pause, rotates) => {
        const dead = { at: 0, place: 0, behaviour: 'silent', delay: 1 } as const;
        const alive = { at: 0, place: 1, behaviour: 'answers', delay } as const;
        const scene = { nameservers: 2, rotates, attempts: 2, pause, changes: [dead, alive] };
        const { ended } = play(scene);
        const later = ended.filter(({ begun }) => begun > 2000);
        expect(later.length).toBeGreaterThan(50);
        for (const { ms } of later) expect(ms).toBeLessThanOrEqual(delay + 1);
      },
    ),
    { numRuns: 40 },
  );
});
test('a nameserver that is silent gets no more than one query in five seconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 300 }), (pause) => {
      const dead = { at: 0, place: 0, behaviour: 'silent', delay: 1 } as const;
      const { servers } = play({ nameservers: 2, rotates: false, attempts: 2, pause, changes: [dead] });
      // Until the first hedge has won, each lookup asks it.
      const before = Math.ceil(330 / pause) + 1;
      expect(servers[0]?.queries).toBeLessThanOrEqual(before + SECONDS / 5);
    }),
    { numRuns: 40 },
  );
});
test('a nameserver that comes back is in its place of the list again within a probe interval', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 30_000 }),
      fc.integer({ min: 20, max: 300 }),
      fc.integer({ min: 0, max: 1 }),
      (at, pause, place) => {
        const dead = { at: 0, place, behaviour: 'silent', delay: 1 } as const;
        const back = { at, place, behaviour: 'answers', delay: 2 } as const;
        const { passedOver } = play({
          nameservers: 2,
          rotates: false,
          attempts: 2,
          pause,
          changes: [dead, back],
        });
        expect(passedOver).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});
