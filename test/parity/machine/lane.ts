import { cpSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Subject } from './call';
import { type Contestant, startGetaddrinfo, startSubject } from './contestant';
import { etcOf } from './etc';
import { numbered } from './names';
import type { Nameservers, Query } from './nameservers';
import type { Programs } from './programs';
import { isLossy, isTransient, type Setup, settled } from './setup';

export const SUBJECTS: readonly Subject[] = ['dns.lookup', 'ipv4-first', 'dual', 'system', 'c-ares'];

/** What a contestant did in one set-up. */
export interface Performance {
  readonly answer: Answer;
  readonly queries: readonly Query[];
}

/** What everybody did in one set-up. */
export interface Run {
  /**
   * getaddrinfo(AF_UNSPEC). Where first queries meet with something else, once more without that: an answer may
   * be either.
   */
  readonly system: readonly [Performance, ...Performance[]];
  /** getaddrinfo(AF_INET). */
  readonly inet: Performance;
  /** Without c-ares where a packet may be lost: its patience is another. */
  readonly subjects: ReadonlyMap<Subject, Performance>;
}

/** What libc and Node read besides the files of a set-up. */
const KEPT = ['gai.conf', 'host.conf', 'ld.so.cache', 'services', 'protocols', 'passwd', 'group', 'ssl'];

/** One /etc, and one of each contestant in it. Set-ups are run one after another. */
export class Lane {
  /** Whether its host has no IPv4 address but loopback. */
  readonly ipv6Host: boolean;
  readonly #etc: string;
  readonly #nameservers: Nameservers;
  readonly #system: Contestant;
  readonly #inet: Contestant;
  readonly #subjects: ReadonlyMap<Subject, Contestant>;

  private constructor(
    ipv6Host: boolean,
    etc: string,
    nameservers: Nameservers,
    system: Contestant,
    inet: Contestant,
    subjects: ReadonlyMap<Subject, Contestant>,
  ) {
    this.ipv6Host = ipv6Host;
    this.#etc = etc;
    this.#nameservers = nameservers;
    this.#system = system;
    this.#inet = inet;
    this.#subjects = subjects;
  }

  /** `lane`: from 1 to 250. */
  static async start(
    lane: number,
    ipv6Host: boolean,
    programs: Programs,
    nameservers: Nameservers,
  ): Promise<Lane> {
    const etc = join(programs.folder, `etc-${lane}`);
    mkdirSync(etc);
    for (const name of KEPT) {
      if (existsSync(`/etc/${name}`)) cpSync(`/etc/${name}`, join(etc, name), { recursive: true });
    }
    const place = { etc, lane, ipv6Host };
    const system = startGetaddrinfo(0, { ...place, number: 1 }, programs);
    const inet = startGetaddrinfo(4, { ...place, number: 2 }, programs);
    const started = SUBJECTS.map(async (subject, i) => {
      return [subject, await startSubject(subject, { ...place, number: 3 + i }, programs)] as const;
    });
    return new Lane(ipv6Host, etc, nameservers, system, inet, new Map(await Promise.all(started)));
  }

  /** `number`: one that no set-up had before, up to 999,999. */
  async run(setup: Setup, number: number): Promise<Run> {
    for (const [name, text] of Object.entries(etcOf(setup, number))) {
      // A rename: nobody reads half a file, and every libc notices the new inode.
      const file = join(this.#etc, name);
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    }
    const { addrconfig, order, hedge, resolutionDelay } = setup;
    const call = { name: numbered(setup.name, number), addrconfig, order, hedge, resolutionDelay };
    const perform = async (contestant: Contestant, inWhich = setup): Promise<Performance> => {
      const client = this.#nameservers.expect(contestant.address, inWhich, number);
      const answer = await contestant.make(call);
      return { answer, queries: [...client.queries] };
    };
    const runSystem = async (): Promise<Run['system']> => {
      const first = await perform(this.#system);
      return isTransient(setup) ? [first, await perform(this.#system, settled(setup))] : [first];
    };
    const taking = [...this.#subjects].filter(([subject]) => subject !== 'c-ares' || !isLossy(setup));
    const [system, inet, ...subjects] = await Promise.all([
      runSystem(),
      perform(this.#inet),
      ...taking.map(async ([subject, contestant]) => [subject, await perform(contestant)] as const),
    ]);
    return { system, inet, subjects: new Map(subjects) };
  }

  stop(): void {
    for (const contestant of [this.#system, this.#inet, ...this.#subjects.values()]) contestant.stop();
  }
}
