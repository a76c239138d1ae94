/** Why a lookup ended without an answer. */
export type Ending = 'timeout' | 'abort';

// One listener a signal, however many lookups share it: an EventTarget warns of a leak otherwise.
const waiting = new WeakMap<AbortSignal, Set<Caller>>();

function callersOf(signal: AbortSignal): Set<Caller> {
  const known = waiting.get(signal);
  if (known !== undefined) return known;
  const callers = new Set<Caller>();
  waiting.set(signal, callers);
  const onAbort = (): void => {
    // The last first: what still waits in the queue is gone before a running call makes room for it.
    for (const caller of [...callers].reverse()) caller.end('abort');
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return callers;
}

/**
 * Somebody who waits for an answer: their deadline and their AbortSignal. Either ends the waiting at
 * once; `ended` is called at most once, and never after {@link Caller.leave}.
 */
export class Caller {
  readonly #ended: (how: Ending) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #callers: Set<Caller> | undefined;

  /** `timeout` in ms, 0 for none. The signal must not be aborted yet. */
  constructor(timeout: number, signal: AbortSignal | undefined, ended: (how: Ending) => void) {
    this.#ended = ended;
    if (timeout > 0) this.#timer = setTimeout(() => this.end('timeout'), timeout);
    if (signal !== undefined) this.#callers = callersOf(signal).add(this);
  }

  /** The answer is in, or the caller has gone. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#callers?.delete(this);
  }

  end(how: Ending): void {
    this.leave();
    this.#ended(how);
  }
}
