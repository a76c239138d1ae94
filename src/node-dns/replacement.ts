type Callable = (...args: never[]) => unknown;

/** Where a replacement keeps the function of Node's that it stands for; one symbol for every copy of us. */
const ORIGINAL = Symbol.for('addrinfo.original');

/** Kept with the replacement that it is of: tracers copy a function's symbols to their wrapper around it. */
interface Origin {
  readonly replacement: unknown;
  readonly original: unknown;
}

function isOrigin(value: unknown): value is Origin {
  return typeof value === 'object' && value !== null && 'replacement' in value && 'original' in value;
}

function originOf(current: Callable): Origin | undefined {
  const origin: unknown = Object.getOwnPropertyDescriptor(current, ORIGINAL)?.value;
  return isOrigin(origin) && origin.replacement === current ? origin : undefined;
}

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
  const origin: Origin = { replacement: ours, original };
  Object.defineProperty(ours, ORIGINAL, { value: origin });
  if (!isShapedAs<F>(original, ours)) throw new Error(`not in the shape of ${original.name}`);
  return ours;
}

/** Whether this copy of the package, or another one in the process, made this function. */
export function isReplacement(current: Callable): boolean {
  return originOf(current) !== undefined;
}

/** The function itself, or, of a replacement that any copy of the package made, the one it stands for. */
export function originalOf<F extends Callable>(current: F): F {
  const original = originOf(current)?.original;
  return isShapedAs<F>(current, original) ? original : current;
}

/** What the text of each of Node's own functions has, and that of a wrapper around it does not. */
const NODES_OWN = /GetAddrInfoReqWrap|GetNameInfoReqWrap|createLookupPromise|createLookupServicePromise/;

/** Bun and Deno do not show the text of their functions, and tracers for Node do not run there. */
const SHOWS_TEXT = !('bun' in process.versions || 'deno' in process.versions);

/** Whether somebody else's function, a tracer's, a guard's or a test's, stands where Node's own belongs. */
export function isForeign(current: Callable): boolean {
  if (!SHOWS_TEXT || isReplacement(current)) return false;
  return !NODES_OWN.test(Function.prototype.toString.call(current));
}
