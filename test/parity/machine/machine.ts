import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { anySetup } from './arbitrary';
import type { Subject } from './call';
import { IPV6_NAMESERVERS, NAMESERVERS } from './etc';
import { FAULTS, type Fault, faultsOf } from './judge';
import { Lane, type Run, SUBJECTS } from './lane';
import { Nameservers } from './nameservers';
import { described } from './print';
import { buildPrograms, type Programs } from './programs';
import type { Setup } from './setup';

/** How a contestant did. */
export interface Score {
  /** Set-ups in which it took part. */
  cases: number;
  /** Set-ups in which it broke the rule. */
  failed: number;
  readonly faults: Map<Fault, number>;
  /** Set-ups in which it failed, and did not when they were run again. */
  unsteady: number;
}

export interface Failure {
  readonly setup: Setup;
  readonly index: number;
  readonly subject: Subject;
  readonly faults: readonly Fault[];
  /** The set-up, as lines to paste. */
  readonly text: string;
}

export interface Report {
  readonly scores: ReadonlyMap<Subject, Score>;
  /** Of those judged. */
  readonly failures: readonly Failure[];
}

export interface MachineOptions {
  readonly seed: number;
  /** Of the seed's sequence: from here on. */
  readonly from?: number;
  readonly cases: number;
  readonly lanes?: number;
  /** Whose failures count: all of ours. */
  readonly judged?: readonly Subject[];
  /** Of those, how many are shrunk: 3. */
  readonly shrunk?: number;
  /** Called now and then. */
  readonly progress?: (done: number) => void;
}

/** What has to answer as the system does. */
export const OURS: readonly Subject[] = ['ipv4-first', 'dual', 'system'];

/** ms that one failure may be shrunk for. */
const SHRINKING = 20_000;

/** A set-up that fails is run so often before anybody is blamed. */
const CONFIRMATIONS = 2;

const ADDRESSES = [
  ...NAMESERVERS.map((address) => `${address}/32`),
  ...IPV6_NAMESERVERS.map((address) => `${address}/128`),
];

function ip(...commands: readonly string[]): void {
  execFileSync('ip', ['-batch', '-'], { input: commands.join('\n') });
}

/** The nameservers, the lanes, and the numbers of set-ups. Only in a sandbox: it changes the network. */
class Machine {
  readonly #programs: Programs;
  readonly #nameservers: Nameservers;
  readonly #lanes: readonly Lane[];
  #number = 0;

  private constructor(programs: Programs, nameservers: Nameservers, lanes: readonly Lane[]) {
    this.#programs = programs;
    this.#nameservers = nameservers;
    this.#lanes = lanes;
  }

  static async start(lanes: number): Promise<Machine> {
    if (process.env['ADDRINFO_SANDBOX'] === undefined) throw new Error('not in a sandbox');
    const programs = await buildPrograms();
    // At once, not when the kernel has looked for duplicates.
    ip(...ADDRESSES.map((address) => `addr add ${address} dev lo${address.includes(':') ? ' nodad' : ''}`));
    const nameservers = new Nameservers();
    await nameservers.listen();
    // Beside every sixth there is one of hosts without an IPv4 address: there are as many fewer such set-ups.
    const kinds = Array.from({ length: lanes + Math.ceil(lanes / 6) }, (_, i) => i >= lanes);
    const started = kinds.map((ipv6Host, i) => Lane.start(i + 1, ipv6Host, programs, nameservers));
    return new Machine(programs, nameservers, await Promise.all(started));
  }

  run(lane: Lane, setup: Setup): Promise<Run> {
    this.#number += 1;
    return lane.run(setup, this.#number);
  }

  /** Works through a list, in all lanes at once, each item in a lane of its kind of host. */
  async each<T extends { readonly setup: Setup }>(
    items: readonly T[],
    work: (item: T, lane: Lane) => Promise<void>,
  ): Promise<void> {
    const queue = (ipv6Host: boolean) => items.filter(({ setup }) => setup.ipv6Host === ipv6Host).values();
    const [both, ipv6] = [queue(false), queue(true)];
    await Promise.all(
      this.#lanes.map(async (lane) => {
        for (const item of lane.ipv6Host ? ipv6 : both) await work(item, lane);
      }),
    );
  }

  stop(): void {
    for (const lane of this.#lanes) lane.stop();
    this.#nameservers.close();
    ip(...ADDRESSES.map((address) => `addr del ${address} dev lo`));
    this.#programs.remove();
  }
}

/** The smallest set-up in which this contestant still fails. */
async function shrunk(
  machine: Machine,
  lane: Lane,
  options: MachineOptions,
  index: number,
  subject: Subject,
) {
  const last: { text: string } = { text: '' };
  const property = fc.asyncProperty(anySetup, async (setup) => {
    // It shrinks within its kind of host: the lane is of that.
    if (setup.ipv6Host !== lane.ipv6Host) return true;
    const run = await machine.run(lane, setup);
    const faults = faultsOf(subject, setup, run);
    if (faults.length === 0) return true;
    last.text = described(setup, run, subject, faults);
    return false;
  });
  await fc.check(property, {
    seed: options.seed,
    path: String(index),
    numRuns: 1,
    interruptAfterTimeLimit: SHRINKING,
  });
  return last.text;
}

/** The first failure of each kind. */
function differing(failures: readonly Failure[]): Failure[] {
  const kind = ({ subject, faults }: Failure) => `${subject}: ${faults.join()}`;
  return failures.filter((failure, i) => failures.findIndex((other) => kind(other) === kind(failure)) === i);
}

/** Runs the set-ups of a seed, judges every contestant, and shrinks the first failures of ours. */
export async function runMachine(options: MachineOptions): Promise<Report> {
  const { seed, from = 0, cases, lanes = 6, judged = OURS, progress } = options;
  const setups = fc.sample(anySetup, { seed, numRuns: from + cases }).slice(from);
  const scores = new Map<Subject, Score>(
    SUBJECTS.map((subject) => [subject, { cases: 0, failed: 0, unsteady: 0, faults: new Map() }]),
  );
  const failures: Failure[] = [];
  const machine = await Machine.start(lanes);
  let done = 0;

  async function judge(setup: Setup, index: number, lane: Lane): Promise<void> {
    let run = await machine.run(lane, setup);
    for (const subject of run.subjects.keys()) {
      const score = scores.get(subject);
      if (score !== undefined) score.cases += 1;
    }
    let suspects = SUBJECTS.filter((subject) => faultsOf(subject, setup, run).length > 0);
    for (let i = 0; i < CONFIRMATIONS && suspects.some((subject) => subject !== 'c-ares'); i += 1) {
      const again = await machine.run(lane, setup);
      for (const subject of suspects) {
        const score = scores.get(subject);
        if (score !== undefined && faultsOf(subject, setup, again).length === 0) score.unsteady += 1;
      }
      suspects = suspects.filter((subject) => faultsOf(subject, setup, again).length > 0);
      run = again;
    }
    for (const subject of suspects) {
      const faults = faultsOf(subject, setup, run);
      const score = scores.get(subject);
      if (score === undefined) continue;
      score.failed += 1;
      for (const fault of faults) score.faults.set(fault, (score.faults.get(fault) ?? 0) + 1);
      if (judged.includes(subject)) {
        failures.push({ setup, index, subject, faults, text: described(setup, run, subject, faults) });
      }
    }
    done += 1;
    progress?.(done);
  }

  try {
    const numbered = setups.map((setup, i) => ({ setup, index: from + i }));
    await machine.each(numbered, ({ setup, index }, lane) => judge(setup, index, lane));
    failures.sort((one, other) => one.index - other.index);
    const shown = differing(failures).slice(0, options.shrunk ?? 3);
    const smallest = new Map<Failure, Failure>();
    await machine.each(shown, async (failure, lane) => {
      const text = await shrunk(machine, lane, options, failure.index, failure.subject);
      smallest.set(failure, { ...failure, text: text || failure.text });
    });
    const others = failures.filter((failure) => !smallest.has(failure));
    return { scores, failures: [...smallest.values(), ...others] };
  } finally {
    machine.stop();
  }
}

/** How each contestant did, as a table. */
export function table({ scores }: Report): string {
  const head = ['contestant', 'as the system', ...FAULTS, 'unsteady'];
  const rows = [...scores].map(([subject, { cases, failed, faults, unsteady }]) => [
    subject,
    `${cases - failed} of ${cases}`,
    ...FAULTS.map((fault) => String(faults.get(fault) ?? 0)),
    String(unsteady),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
