type Callable = (...args: never[]) => unknown;

/** Where a replacement keeps the function of Node's that it stands for; one symbol for every copy of us. */
const ORIGINAL = Symbol.for('addrinfo.original');

function isShapedAs<F extends Callable>(original: Callable, ours: unknown): ours is F {
  return typeof ours === 'function' && ours.length === original.length && ours.name === original.name;
}

/** `util.promisify.custom`. */
const PROMISIFIED = Symbol.for('nodejs.util.promisify.custom');

/**
 * Gives a replacement of one of Node's functions what the original carries beside its code: name,
 * length, and the private symbol by which util.promisify knows the names of a callback's results. Bun's
 * carry the promisified function itself: ours is `promisified`, or the original would answer in its place.
 */
export function asReplacement<F extends Callable>(
  original: Callable,
  ours: Callable,
  promisified?: () => Callable,
): F {
  for (const key of ['name', 'length', ...Object.getOwnPropertySymbols(original)]) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor === undefined) continue;
    if (key === PROMISIFIED) descriptor.value = promisified?.();
    Object.defineProperty(ours, key, descriptor);
  }
  Object.defineProperty(ours, ORIGINAL, { value: original });
  if (!isShapedAs<F>(original, ours)) throw new Error(`not in the shape of ${original.name}`);
  return ours;
}

/** Whether this copy of the package, or another one in the process, made this function. */
export function isReplacement(current: Callable): boolean {
  return Object.hasOwn(current, ORIGINAL);
}

/** The function itself, or, of a replacement that any copy of the package made, the one it stands for. */
export function originalOf<F extends Callable>(current: F): F {
  const original: unknown = Object.getOwnPropertyDescriptor(current, ORIGINAL)?.value;
  return isShapedAs<F>(current, original) ? original : current;
}
