import type { Progress } from '../probing/collect';
import type { Evidence } from '../probing/evidence';

/** Without a terminal, ms from one line to the next. */
const SELDOM = 10_000;

/** On a terminal a line that is written over again and again, and leaves nothing; elsewhere a line now and then. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #begun = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #doing = '';
  #evidence: Evidence | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** For `examine`. */
  readonly progress: Progress = (doing, evidence) => {
    this.#doing = doing;
    this.#evidence = evidence;
    if (this.#stream.isTTY === true) {
      this.#timer ??= setInterval(() => this.#draw(), 200).unref();
      this.#draw();
    } else {
      this.#timer ??= setInterval(
        () => this.#stream.write(`addrinfo doctor: ${this.#line()}\n`),
        SELDOM,
      ).unref();
    }
  };

  /** Takes the line away. */
  clear(): void {
    clearInterval(this.#timer);
    if (this.#timer !== undefined && this.#stream.isTTY === true) this.#stream.write('\r\x1b[K');
    this.#timer = undefined;
  }

  #line(): string {
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(0);
    const done = this.#evidence?.hosts.reduce((sum, { lookups }) => sum + lookups.length, 0) ?? 0;
    return `${seconds} s: ${this.#doing}, ${done} lookups done`;
  }

  #draw(): void {
    const room = Math.max(20, (this.#stream.columns || 80) - 1);
    this.#stream.write(`\r\x1b[K${this.#line().slice(0, room)}`);
  }
}
