import type { Progress } from '../examine';
import type { Survey } from '../probing/survey';

/** A line on a terminal that is written over again and again, and leaves nothing. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #begun = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #doing = '';
  #surveys: readonly Survey[] = [];

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** For `examine`. Elsewhere than on a terminal nothing is written. */
  readonly progress: Progress = (doing, surveys) => {
    this.#doing = doing;
    this.#surveys = surveys;
    if (this.#stream.isTTY !== true) return;
    this.#timer ??= setInterval(() => this.#draw(), 200).unref();
    this.#draw();
  };

  /** Takes the line away. */
  clear(): void {
    clearInterval(this.#timer);
    if (this.#timer !== undefined) this.#stream.write('\r\x1b[K');
    this.#timer = undefined;
  }

  #draw(): void {
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(0);
    const done = this.#surveys.reduce((sum, { samples }) => sum + samples.length, 0);
    const out = this.#surveys.reduce((sum, survey) => sum + survey.out.size, 0);
    const counts = this.#surveys.length === 0 ? '' : `, ${done} lookups done, ${out} out`;
    const line = `${seconds} s: ${this.#doing}${counts}`;
    this.#stream.write(`\r\x1b[K${line.slice(0, Math.max(20, (this.#stream.columns || 80) - 1))}`);
  }
}
