/** Why a lookup ended without an answer. */
export type Ending = 'timeout' | 'abort';

/** When a timeout of so many ms is over that began then, by performance.now(); Infinity: never. */
export function deadlineIn(timeout: number, begun: number): number {
  return timeout > 0 ? begun + timeout : Number.POSITIVE_INFINITY;
}

// Who waits under a signal. It has one listener, however many they are: an EventTarget warns of a leak
// otherwise. And only for as long as there are any: Node keeps a signal that is listened to in memory, be it
// one of AbortSignal.any or AbortSignal.timeout that was made for this lookup alone.
const waiting = new WeakMap<AbortSignal, Set<Caller>>();

function onAbort(this: AbortSignal): void {
  // The last first: what still waits in the queue is gone before a running call makes room for it.
  for (const caller of [...(waiting.get(this) ?? [])].reverse()) caller.end('abort');
}

function listen(signal: AbortSignal, caller: Caller): void {
  const callers = waiting.get(signal);
  if (callers === undefined) {
    waiting.set(signal, new Set([caller]));
    signal.addEventListener('abort', onAbort, { once: true });
  } else {
    callers.add(caller);
  }
}

function unlisten(signal: AbortSignal, caller: Caller): void {
  const callers = waiting.get(signal);
  if (callers === undefined || !callers.delete(caller) || callers.size > 0) return;
  waiting.delete(signal);
  signal.removeEventListener('abort', onAbort);
}

/**
 * Somebody who waits for an answer: their deadline and their AbortSignal. Either ends the waiting at
 * once; `ended` is called at most once, and never after {@link Caller.leave}.
 */
export class Caller {
  readonly #ended: (how: Ending) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #signal: AbortSignal | undefined;

  /** `timeout` in ms, 0 for none. The signal must not be aborted yet. */
  constructor(timeout: number, signal: AbortSignal | undefined, ended: (how: Ending) => void) {
    this.#ended = ended;
    if (timeout > 0) this.#timer = setTimeout(() => this.end('timeout'), timeout);
    this.#signal = signal;
    if (signal !== undefined) listen(signal, this);
  }

  /** The answer is in, or the caller has gone. */
  leave(): void {
    clearTimeout(this.#timer);
    if (this.#signal !== undefined) unlisten(this.#signal, this);
  }

  end(how: Ending): void {
    this.leave();
    this.#ended(how);
  }
}
