import { nameserverList, type ResolverState } from '../native/libc';
import { hidesFailures, systemGeneration } from '../system/course';
import type { Clock } from './clock';
import { Lru } from './lru';
import { NameserverMemory } from './nameservers';

const MAX_LISTS = 64;

/** By what libc was told. Resolvers of this thread that ask the same nameservers know the same of them. */
const memories = new Lru<string, NameserverMemory>(MAX_LISTS);

/** What is known of a resolver's nameservers. It is forgotten when resolv.conf names others. */
export class ResolverNameservers {
  readonly #resolver: ResolverState | undefined;
  readonly #clock: Clock;
  #generation: number | undefined;
  #key: string | undefined;
  #memory: NameserverMemory;

  constructor(resolver: ResolverState | undefined, clock: Clock) {
    this.#resolver = resolver;
    this.#clock = clock;
    this.#memory = new NameserverMemory(undefined, clock);
  }

  memory(): NameserverMemory {
    const generation = systemGeneration();
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#readList();
    }
    return this.#memory;
  }

  #readList(): void {
    const list = nameserverList(this.#resolver);
    const hides = hidesFailures();
    const key = JSON.stringify([list, hides]);
    if (this.#key !== undefined && this.#key !== key) memories.delete(this.#key);
    this.#key = key;
    const known = memories.get(key);
    this.#memory = known ?? new NameserverMemory(list, this.#clock, hides);
    if (known === undefined) memories.set(key, this.#memory);
  }
}
