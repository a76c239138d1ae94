import { setTimeout as sleep } from 'node:timers/promises';

/** A lookup that sends more at once is not made: with what others ask again, a server would get more than twenty. */
export const MOST_AT_ONCE = 16;
/** Questions a second to one server, where all is well. */
const USUAL = 10;
/** Once something is lost: the doctor may be the cause, and libc's retries come on top. */
const CAREFUL = 5;
/** ms. More than a second: what libc asks again each second leaves no gap for others. */
const WINDOW = 1100;

/** Lets questions through, in the order in which they ask, so many a second to each server. */
export class Pace {
  readonly #sent = new Map<string, number[]>();
  #queue: Promise<unknown> = Promise.resolve();
  #limit = USUAL;

  /** From now on: fewer. */
  slowDown(): void {
    this.#limit = CAREFUL;
  }

  /** So many questions to these servers, as soon as there is room for them. Returns when that was. */
  turn(servers: readonly string[], questions: number, stop: AbortSignal): Promise<number> {
    const mine = this.#queue.then(async () => {
      for (const server of servers) await this.#room(server, questions, stop);
      const now = performance.now();
      for (const server of servers) {
        this.#sent.get(server)?.push(...Array<number>(questions).fill(now));
      }
      return now;
    });
    this.#queue = mine;
    return mine;
  }

  async #room(server: string, questions: number, stop: AbortSignal): Promise<void> {
    let sent = this.#sent.get(server);
    if (sent === undefined) {
      sent = [];
      this.#sent.set(server, sent);
    }
    while (!stop.aborted) {
      const now = performance.now();
      while (sent[0] !== undefined && sent[0] <= now - WINDOW) sent.shift();
      if (sent.length === 0 || sent.length + questions <= this.#limit) return;
      const oldest = sent[Math.max(0, sent.length + questions - this.#limit - 1)] ?? sent.at(-1) ?? now;
      await sleep(Math.max(1, oldest + WINDOW - now), undefined, { signal: stop }).catch(() => {});
    }
  }

  /** The questions of that turn have been sent by now: libc takes a while to send all of a lookup's. */
  ended(server: string, turn: number): void {
    const sent = this.#sent.get(server);
    const first = sent?.indexOf(turn) ?? -1;
    if (sent === undefined || first === -1) return;
    const own = sent.splice(first, sent.lastIndexOf(turn) - first + 1);
    sent.push(...own.fill(performance.now()));
  }

  /** libc has asked again by itself, after a timeout. */
  retried(server: string, questions: number): void {
    const now = performance.now();
    const sent = this.#sent.get(server);
    if (sent === undefined) this.#sent.set(server, Array<number>(questions).fill(now));
    else sent.push(...Array<number>(questions).fill(now));
  }
}
