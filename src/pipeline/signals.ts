import { abortError } from '../shared/errors';

// Who waits under an AbortSignal. It has one listener, however many they are: an EventTarget warns of a leak
// otherwise. And only for as long as there are any: Node keeps a signal that is listened to in memory.
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

const { setImmediate } = globalThis;

/** So many are told in one turn of the event loop. */
const PER_TURN = 500;

// The last first: what is still queued is gone before a running call makes room for it.
function tell(listeners: (() => void)[]): void {
  for (const listener of listeners.splice(-PER_TURN).reverse()) listener();
  if (listeners.length > 0) setImmediate(tell, listeners);
}

function onAbort(this: AbortSignal): void {
  const listeners = waiting.get(this);
  waiting.delete(this);
  if (listeners !== undefined) tell([...listeners]);
}

/** Calls `aborted` once the signal is aborted. Returns what ends the listening. */
export function listen(signal: AbortSignal, aborted: () => void): () => void {
  let isWanted = true;
  const listener = (): void => {
    if (isWanted) aborted();
  };
  const known = waiting.get(signal);
  if (known === undefined) {
    waiting.set(signal, new Set([listener]));
    signal.addEventListener('abort', onAbort, { once: true });
  } else {
    known.add(listener);
  }
  return () => {
    isWanted = false;
    const listeners = waiting.get(signal);
    if (listeners === undefined || !listeners.delete(listener) || listeners.size > 0) return;
    waiting.delete(signal);
    signal.removeEventListener('abort', onAbort);
  };
}

/** The signal's reason, where it has one that can be an error; an AbortError otherwise. */
export function reasonOf(signal: AbortSignal): unknown {
  return signal.reason || abortError();
}
