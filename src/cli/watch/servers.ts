import { candidates } from '../doctor/facts/resolver-config';
import { lacksNameserver, type System } from '../doctor/facts/system';
import { ask, PATIENCE, type Reply } from '../doctor/probing/question';
import { Histogram } from './histogram';

type Type = 'A' | 'AAAA';
const TYPES: readonly Type[] = ['A', 'AAAA'];

/** ms; an answer later than that keeps a caller waiting. */
const LATE = 1000;

/** What one nameserver has answered. */
export interface ServerFigures {
  readonly address: string;
  readonly count: number;
  readonly unanswered: number;
}

/** What one nameserver has answered to questions of one type. */
export interface TypeFigures {
  readonly type: Type;
  readonly histogram: Histogram;
  /** By rcode; of questions without an answer, by the error: TIMEOUT, ECONNREFUSED. */
  readonly rcodes: Map<string, number>;
  unanswered: number;
  /** Answers that came late, or not at all. */
  stalls: number;
}

/** One nameserver of resolv.conf, asked directly. */
class Server {
  readonly address: string;
  readonly types: readonly TypeFigures[] = TYPES.map((type) => ({
    type,
    histogram: new Histogram(),
    rcodes: new Map(),
    unanswered: 0,
    stalls: 0,
  }));
  readonly #names: readonly string[];
  /** Which name of the search path is asked for: the next one, until one is found. */
  #at = 0;

  constructor(address: string, names: readonly string[]) {
    this.address = address;
    this.#names = names;
  }

  async ask(stop: AbortSignal): Promise<void> {
    const at = this.#at;
    const name = this.#names[at];
    if (name === undefined) return;
    const replies = await Promise.all(
      this.types.map(async (figures) => {
        const { type } = figures;
        const reply = await ask({ server: this.address, name, type }, stop, PATIENCE);
        if (reply.error !== 'STOPPED') record(figures, reply);
        return reply;
      }),
    );
    const isThere = replies.some(({ addresses }) => addresses.length > 0);
    const isAnswered = replies.every(({ rcode }) => rcode === 'NXDOMAIN' || rcode === 'NOERROR');
    if (!isThere && isAnswered && this.#at === at) this.#at = (at + 1) % this.#names.length;
  }

  get figures(): ServerFigures {
    const count = this.types.reduce((sum, { histogram }) => sum + histogram.count, 0);
    const unanswered = this.types.reduce((sum, figures) => sum + figures.unanswered, 0);
    return { address: this.address, count, unanswered };
  }
}

function record(figures: TypeFigures, { ms, rcode, error = 'ERROR' }: Reply): void {
  const { histogram, rcodes } = figures;
  histogram.record(ms / 1000);
  const key = rcode ?? error;
  rcodes.set(key, (rcodes.get(key) ?? 0) + 1);
  if (rcode === undefined) figures.unanswered += 1;
  if (ms >= LATE || rcode === undefined) figures.stalls += 1;
}

/** The nameservers that resolv.conf names, each asked for A and AAAA of the host once a second. */
export class Servers {
  readonly all: readonly Server[];
  readonly #stop: AbortSignal;

  constructor(host: string, system: System, stop: AbortSignal) {
    const names = candidates(host, system.config, system.libc);
    // One that stands twice is one server.
    const addresses = lacksNameserver(system) ? [] : [...new Set(system.config.nameservers)];
    this.all = addresses.map((address) => new Server(address, names));
    this.#stop = stop;
  }

  tick(): void {
    for (const server of this.all) void server.ask(this.#stop);
  }

  get figures(): readonly ServerFigures[] {
    return this.all.map((server) => server.figures);
  }
}
