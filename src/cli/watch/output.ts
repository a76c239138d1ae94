import { printable } from '../../shared/printable';
import { duration } from '../duration';
import type { Sample } from '../probe';
import { LEGEND, strip } from '../strip';
import { paint, type Terminal, terminalOf, wrap } from '../terminal';
import { isStall, KINDS, type Kind, type KindFigures, NAMES } from './figures';

/** Where the lookups of a watch are told. */
export interface WatchOutput {
  /** A lookup has ended; `notable`: a stall, or an outcome unlike the one before. */
  ended(kind: Kind, sample: Sample, notable: boolean): void;
  /** A second is over. */
  tick(): void;
  /** The watch is over; what it has seen, in a sentence. */
  close(sentence: string, healthy: boolean): void;
}

/** Without a terminal, how many seconds pass from one line of figures to the next. */
const QUIET = 60;

/** ms; what is still out grows so often. */
const REDRAWN = 250;

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

  close(verdict: string): void {
    const { a, aaaa, both } = this.#figures;
    this.#write({ summary: { a: a.summary, aaaa: aaaa.summary, both: both.summary }, verdict });
  }

  #write(document: unknown): void {
    process.stdout.write(`${printable(JSON.stringify(document))}\n`);
  }
}

/** The live lines: the figures of each kind, a strip of the last lookups in the order in which they were begun. */
export function liveLines(
  host: string,
  figures: KindFigures,
  ms: number,
  terminal: Terminal,
  isTerminal: boolean,
): string[] {
  const count = figures.both.begun;
  const title = `${printable(host)}: ${count} ${count === 1 ? 'lookup' : 'lookups'} of each kind in ${duration(ms)}`;
  // A line that the terminal breaks in two could not be erased as one.
  const fits = (text: string): string => (isTerminal ? text.slice(0, terminal.width) : text);
  const rows = KINDS.map((kind) => ({ kind, text: fits(`  ${NAMES[kind].padEnd(4)}  ${figures[kind]}`) }));
  const widest = Math.max(...rows.map(({ text }) => text.length));
  const room = terminal.width - widest - 2;
  const drawn = rows.flatMap(({ kind, text }) => {
    const { last } = figures[kind];
    if (last.length === 0) return [text];
    // Too narrow for both in one line: the strip has one of its own.
    if (room < 12)
      return [text, `        ${strip(terminal, last.slice(8 - terminal.width), terminal.width - 8)}`];
    return [`${text.padEnd(widest)}  ${strip(terminal, last.slice(-room), room)}`];
  });
  const legend = wrap(terminal, `${LEGEND}; a bar that grows is still out`, '  ');
  return [fits(title), ...drawn, ...legend.map((line) => paint(terminal, 'dim', line))];
}

/** A line for each stall; beneath them, on a terminal, live lines, elsewhere the figures once a minute. */
export class Lines implements WatchOutput {
  readonly #host: string;
  readonly #figures: KindFigures;
  readonly #begun = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  #drawn = 0;

  constructor(host: string, figures: KindFigures) {
    this.#host = host;
    this.#figures = figures;
    if (process.stdout.isTTY) this.#timer = setInterval(() => this.#draw(), REDRAWN).unref();
  }

  ended(kind: Kind, sample: Sample, notable: boolean): void {
    if (!notable) return;
    const { ms, outcome, addresses, code } = sample;
    const result = outcome === 'answered' ? addresses.join(', ') : `${outcome}${code ? ` (${code})` : ''}`;
    const line = `${wallClock(sample)}  ${NAMES[kind].padEnd(4)}  ${duration(ms)}  ${printable(result)}`;
    const isBad = isStall(sample) || this.#figures[kind].isFailure(sample);
    this.#erase();
    process.stdout.write(`${isBad ? paint(terminalOf(process.stdout), 'red', line) : line}\n`);
  }

  tick(): void {
    this.#ticks += 1;
    if (!process.stdout.isTTY && this.#ticks % QUIET === 0) process.stdout.write(this.#text());
  }

  close(sentence: string, healthy: boolean): void {
    clearInterval(this.#timer);
    this.#erase();
    const terminal = terminalOf(process.stdout);
    const verdict = wrap(terminal, sentence, '').map((line) =>
      paint(terminal, healthy ? 'green' : 'red', line),
    );
    process.stdout.write(`${this.#text()}${verdict.join('\n')}\n`);
  }

  #lines(): string[] {
    const terminal = terminalOf(process.stdout);
    return liveLines(
      this.#host,
      this.#figures,
      performance.now() - this.#begun,
      terminal,
      process.stdout.isTTY,
    );
  }

  #text(): string {
    return `${this.#lines().join('\n')}\n`;
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
