import { typeError, unknownOptionError, valueError } from '../shared/errors';

/** The longest that setTimeout can wait, in ms. */
const MAX_DELAY = 2 ** 31 - 1;

/** An options object that has been seen to be one; its values are still to be checked. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * An options object's fields, each read once, inherited ones and getters included; none for `undefined`. An unknown
 * one is an error that names what there is.
 */
export function fieldsOf(where: string, input: unknown, known: readonly string[]): Fields {
  if (input === undefined) return {};
  if (typeof input !== 'object' || input === null) throw typeError(where, 'an object', input);
  for (const key of Object.keys(input)) {
    if (!known.includes(key)) throw unknownOptionError(where, key, known);
  }
  const fields: Record<string, unknown> = {};
  for (const key of known) {
    const value: unknown = Reflect.get(input, key);
    if (value !== undefined) fields[key] = value;
  }
  return fields;
}

/** A whole number from `min` to `max`, or the default when it is undefined. */
export function wholeNumber(
  name: string,
  value: unknown,
  min: number,
  max: number,
  otherwise: number,
): number {
  if (value === undefined) return otherwise;
  const expected = `a whole number from ${min} to ${max}`;
  if (typeof value !== 'number') throw typeError(name, expected, value);
  if (!Number.isInteger(value) || value < min || value > max) throw valueError(name, expected, value);
  return value;
}

/** `true` or `false`. */
export function flag(name: string, value: unknown, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw typeError(name, 'a boolean', value);
  return value;
}

/** A time in ms: a number from `min` up, as setTimeout takes it. */
export function milliseconds(name: string, value: unknown, min: number, otherwise: number): number {
  if (value === undefined) return otherwise;
  const expected = `a number of milliseconds from ${min} to ${MAX_DELAY}`;
  if (typeof value !== 'number') throw typeError(name, expected, value);
  if (!(value >= min && value <= MAX_DELAY)) throw valueError(name, expected, value);
  return value;
}

// By shape, as Node does: a signal may come from another realm.
function isAbortSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null) return false;
  return 'aborted' in value && 'addEventListener' in value && 'removeEventListener' in value;
}

/** An AbortSignal, or undefined. */
export function abortSignal(name: string, value: unknown): AbortSignal | undefined {
  if (value === undefined || isAbortSignal(value)) return value;
  throw typeError(name, 'an AbortSignal', value);
}
