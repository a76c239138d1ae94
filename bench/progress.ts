import { clearLine, cursorTo } from 'node:readline';

/** One line on stderr that says how far the benchmark is. On no terminal: a line per scenario. */
export class Progress {
  readonly #begun = performance.now();
  #expected = 0;
  #done = 0;
  #scenario = '';

  expect(steps: number): void {
    this.#expected += steps;
  }

  step(scenario: string, detail: string, steps = 1): void {
    this.#done += steps;
    const percent = String(Math.floor((100 * this.#done) / this.#expected)).padStart(3);
    const seconds = Math.round((performance.now() - this.#begun) / 1000);
    if (process.stderr.isTTY) {
      clearLine(process.stderr, 0);
      cursorTo(process.stderr, 0);
      process.stderr.write(`${percent} %  ${seconds} s  ${scenario}: ${detail}`);
    } else if (scenario !== this.#scenario) {
      process.stderr.write(`${percent} %  ${seconds} s  ${scenario}\n`);
    }
    this.#scenario = scenario;
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\n');
  }
}
