import { type Answer, failure, found } from '../../../src/native/answer';
import { type CallFacts, type CallMode, type CallReceiver, CallState } from '../../../src/native/calls';
import type { Clock } from '../../../src/pipeline/clock';
import type { AttemptCall, StartCall } from '../../../src/pipeline/start-call';
import { errnos } from '../../../src/shared/errors';
import type { Reply, SimulatedNameserver } from './nameserver';

const ADDRESS = found([{ address: '10.0.0.1', family: 4 }]);
const AGAIN = failure(errnos.EAI_AGAIN);

/** resolv.conf's options. */
export interface LibcOptions {
  /** s */
  readonly timeout: number;
  readonly attempts: number;
}

/** A call of glibc for one family: round after round over the nameservers, each for its time (res_send.c). */
class SimulatedCall implements AttemptCall {
  readonly refused = 0;
  readonly #clock: Clock;
  readonly #receiver: CallReceiver;
  readonly #places: readonly number[];
  readonly #nameservers: readonly SimulatedNameserver[];
  readonly #timeout: number;
  readonly #rounds: number;
  readonly #begun: number;
  #asked = 0;
  #isOver = false;

  constructor(
    clock: Clock,
    nameservers: readonly SimulatedNameserver[],
    { timeout, attempts }: LibcOptions,
    { order, brief, rest }: CallMode,
    receiver: CallReceiver,
  ) {
    this.#clock = clock;
    this.#nameservers = nameservers;
    this.#receiver = receiver;
    this.#places = order.length > 0 ? order : [...nameservers.keys()];
    this.#timeout = brief ? 1 : timeout;
    this.#rounds = brief ? 1 : rest ? Math.max(1, attempts - 1) : attempts;
    this.#begun = clock.now();
    this.#ask();
  }

  runningFor(): number | undefined {
    return this.#isOver ? undefined : this.#clock.now() - this.#begun;
  }

  candidate(): number {
    return 0;
  }

  stepAside(): CallState {
    return this.#isOver ? CallState.finished : CallState.running;
  }

  // Nobody can stop libc.
  cancel(): void {}

  #ask(): void {
    const count = this.#places.length;
    const place = this.#places[this.#asked % count] ?? 0;
    const nameserver = this.#nameservers[place];
    if (nameserver === undefined || this.#asked >= count * this.#rounds) {
      this.#end(AGAIN, undefined);
      return;
    }
    const index = this.#asked % count;
    this.#asked += 1;
    const seconds = Math.floor((this.#timeout * 2 ** index) / (index > 0 ? count : 1)) || 1;
    const timer = this.#clock.after(seconds * 1000, () => this.#ask());
    const number = this.#asked;
    nameserver.ask((reply: Reply) => {
      if (this.#isOver || this.#asked !== number) return; // The socket is closed.
      timer.cancel();
      if (reply === 'address') this.#end(ADDRESS, place);
      else this.#ask();
    });
  }

  #end(answer: Answer, nameserver: number | undefined): void {
    this.#isOver = true;
    const ms = this.#clock.now() - this.#begun;
    const facts: CallFacts = { nameserver, sent: true, askedFor: ms, ranFor: ms, queuedFor: 0 };
    // As from a pool thread: never before the call has returned.
    this.#clock.after(0, () => this.#receiver.ended(answer, facts));
  }
}

/** Calls of a libc that asks these nameservers, on as many threads as are wanted. */
export function simulatedLibc(
  clock: Clock,
  nameservers: readonly SimulatedNameserver[],
  options: LibcOptions = { timeout: 5, attempts: 2 },
): StartCall {
  return (_lookup, mode, receiver) => new SimulatedCall(clock, nameservers, options, mode, receiver);
}
