type Callable = (...args: never[]) => unknown;

function isShapedAs<F extends Callable>(original: F, ours: Callable): ours is F {
  return ours.length === original.length && ours.name === original.name;
}

/**
 * Gives a replacement of one of Node's functions what the original carries beside its code: name,
 * length, and the private symbol by which util.promisify knows the names of a callback's results.
 */
export function inTheShapeOf<F extends Callable>(original: F, ours: Callable): F {
  for (const key of ['name', 'length', ...Object.getOwnPropertySymbols(original)]) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined) Object.defineProperty(ours, key, descriptor);
  }
  if (!isShapedAs(original, ours)) throw new Error(`not in the shape of ${original.name}`);
  return ours;
}
