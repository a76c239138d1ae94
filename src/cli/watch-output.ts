import { printable } from '../shared/printable';
import { duration } from './duration';
import type { Sample } from './probe';
import { strip } from './strip';
import { paint, terminalOf } from './terminal';
import { isStall, type WatchFigures } from './watch-figures';

/** What is looked up each second: IPv4 alone, and both families at once. */
export type Kind = 'a' | 'both';

export type KindFigures = Readonly<Record<Kind, WatchFigures>>;

/** Where the lookups of a watch are told. */
export interface WatchOutput {
  /** A lookup has ended; `notable`: a stall, or an outcome unlike the one before. */
  ended(kind: Kind, sample: Sample, notable: boolean): void;
  /** A second is over. */
  tick(): void;
  /** The watch is over. */
  close(): void;
}

const NAMES: Readonly<Record<Kind, string>> = { a: 'A alone', both: 'both' };

/** Without a terminal, how many seconds pass from one line of figures to the next. */
const QUIET = 60;

const wallClock = (sample: Sample): string => new Date(performance.timeOrigin + sample.at).toISOString();

/** One JSON document a lookup, a last one with the figures. */
export class JsonLines implements WatchOutput {
  readonly #figures: KindFigures;

  constructor(figures: KindFigures) {
    this.#figures = figures;
  }

  ended(kind: Kind, sample: Sample): void {
    const { ms, outcome, addresses, code } = sample;
    this.#write({ at: wallClock(sample), kind, ms: Math.round(ms * 1000) / 1000, outcome, addresses, code });
  }

  tick(): void {}

  close(): void {
    const { a, both } = this.#figures;
    this.#write({ summary: { a: a.summary, both: both.summary } });
  }

  #write(document: unknown): void {
    process.stdout.write(`${printable(JSON.stringify(document))}\n`);
  }
}

/** A line for each stall; beneath them, on a terminal, a live line, elsewhere the figures once a minute. */
export class Lines implements WatchOutput {
  readonly #host: string;
  readonly #figures: KindFigures;
  readonly #begun = performance.now();
  #ticks = 0;
  #drawn = 0;

  constructor(host: string, figures: KindFigures) {
    this.#host = printable(host);
    this.#figures = figures;
  }

  ended(kind: Kind, sample: Sample, notable: boolean): void {
    if (!notable) return;
    const { ms, outcome, addresses, code } = sample;
    const result = outcome === 'answered' ? addresses.join(', ') : `${outcome}${code ? ` (${code})` : ''}`;
    const line = `${wallClock(sample)}  ${NAMES[kind].padEnd(7)}  ${duration(ms)}  ${printable(result)}`;
    const terminal = terminalOf(process.stdout);
    this.#erase();
    process.stdout.write(`${isStall(sample) ? paint(terminal, 'red', line) : line}\n`);
  }

  tick(): void {
    this.#ticks += 1;
    if (process.stdout.isTTY) this.#draw();
    else if (this.#ticks % QUIET === 0) process.stdout.write(`${this.#lines().join('\n')}\n`);
  }

  close(): void {
    this.#erase();
    process.stdout.write(`${this.#lines().join('\n')}\n`);
  }

  #lines(): string[] {
    const terminal = terminalOf(process.stdout);
    // A line that the terminal breaks in two could not be erased as one.
    const fits = (text: string): string => (process.stdout.isTTY ? text.slice(0, terminal.width) : text);
    const seconds = duration(performance.now() - this.#begun);
    const rows = (['a', 'both'] as const).map((kind) => {
      const text = fits(`  ${NAMES[kind].padEnd(7)}  ${this.#figures[kind]}`);
      const room = terminal.width - text.length - 3;
      const { last } = this.#figures[kind];
      const shown = last.slice(-Math.max(0, room));
      return room < 5 || shown.length === 0 ? text : `${text}  ${strip(terminal, shown, room)}`;
    });
    return [
      fits(`${this.#host}: ${this.#figures.a.summary.count} lookups of each kind in ${seconds}`),
      ...rows,
    ];
  }

  #draw(): void {
    this.#erase();
    const lines = this.#lines();
    process.stdout.write(`${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  // Back to the first of the live lines, and away with them.
  #erase(): void {
    if (this.#drawn > 0) process.stdout.write(`\x1b[${this.#drawn}A\x1b[J`);
    this.#drawn = 0;
  }
}
