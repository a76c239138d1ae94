import { getSystemErrorName, inspect } from 'node:util';
import { printable } from './printable';

/** libuv's numbers for what getaddrinfo says (uv/errno.h). */
export const errnos: Readonly<
  Record<'EAI_ADDRFAMILY' | 'EAI_AGAIN' | 'EAI_NODATA' | 'EAI_NONAME' | 'EINVAL', number>
> = {
  EAI_ADDRFAMILY: -3000,
  EAI_AGAIN: -3001,
  EAI_NODATA: -3007,
  EAI_NONAME: -3008,
  EINVAL: process.platform === 'win32' ? -4071 : -22,
};

/** An error as `dns.lookup` gives it. */
export interface LookupError extends Error {
  /** libuv's number; undefined for `ETIMEOUT`. */
  errno: number | undefined;
  /** `ENOTFOUND`, `EAI_AGAIN`, `ETIMEOUT` ... */
  code: string;
  /** The call that failed. */
  syscall: 'getaddrinfo' | 'getnameinfo';
  /** The name as the caller wrote it. */
  hostname?: string | undefined;
}

function shaped(
  errno: number | undefined,
  code: string,
  syscall: LookupError['syscall'],
  hostname: string | undefined,
  cause?: Error,
): LookupError {
  // `dns.lookup` echoes control characters too: but no name with one gets here through the drop-in.
  const message = `${syscall} ${code}${hostname ? ` ${printable(hostname)}` : ''}`;
  const error = cause === undefined ? new Error(message) : new Error(message, { cause });
  const fields = { errno, code, syscall };
  return Object.assign(error, hostname ? { ...fields, hostname } : fields);
}

/**
 * The error that `dns.lookup` and `dns.lookupService` give for this number: `code`, `errno`, `syscall`,
 * `hostname`, enumerable and in Node's order. Both "no such name" and "no address" are ENOTFOUND.
 */
export function lookupError(
  errno: number,
  syscall: LookupError['syscall'],
  hostname: string | undefined,
  cause?: Error,
): LookupError {
  const unknownName = errno === errnos.EAI_NODATA || errno === errnos.EAI_NONAME;
  return shaped(errno, unknownName ? 'ENOTFOUND' : getSystemErrorName(errno), syscall, hostname, cause);
}

/** The deadline has passed: `ETIMEOUT`, the value of `dns.TIMEOUT`. `timeout` in ms. */
export function timeoutError(
  syscall: LookupError['syscall'],
  hostname: string | undefined,
  timeout: number,
): LookupError {
  const cause = new Error(`no answer within ${timeout} ms`);
  return shaped(undefined, 'ETIMEOUT', syscall, hostname, cause);
}

/** The same where a function of Node's is stood in for: `EAI_AGAIN`, which retry lists know. Its cause is the deadline. */
export function deadlineError(
  syscall: LookupError['syscall'],
  hostname: string | undefined,
  timeout: number,
): LookupError {
  const cause = Object.assign(new Error(`no answer within ${timeout} ms`), { code: 'ETIMEOUT' });
  return lookupError(errnos.EAI_AGAIN, syscall, hostname, cause);
}

/** A resolver has `maxPending` lookups already: `EAI_AGAIN`, the reason as its cause. */
export function overloadError(
  syscall: LookupError['syscall'],
  hostname: string | undefined,
  maxPending: number,
): LookupError {
  const cause = new Error(`the resolver has ${maxPending} lookups pending (maxPending)`);
  return lookupError(errnos.EAI_AGAIN, syscall, hostname, cause);
}

/** As Node's own coded errors. */
export function coded<E extends Error>(error: E, code: string): E & { code: string } {
  // As Node prints its own: `TypeError [CODE]: message`, and `name` stays what it was.
  const { name } = error;
  error.name = `${name} [${code}]`;
  void error.stack;
  Reflect.deleteProperty(error, 'name');
  return Object.assign(error, { code });
}

/** As Node's own functions abort: `AbortError`, with the code `ABORT_ERR`. */
export function abortError(): Error & { code: string } {
  const error = new Error('The operation was aborted');
  error.name = 'AbortError';
  return Object.assign(error, { code: 'ABORT_ERR' });
}

/** A value of the wrong type; `name` is the argument or option as the caller wrote it. */
export function typeError(name: string, expected: string, got: unknown): TypeError & { code: string } {
  return coded(new TypeError(`${name} must be ${expected}, got ${inspect(got)}`), 'ERR_INVALID_ARG_TYPE');
}

/** A value of the right type that cannot be used. */
export function valueError(name: string, expected: string, got: unknown): TypeError & { code: string } {
  return coded(new TypeError(`${name} must be ${expected}, got ${inspect(got)}`), 'ERR_INVALID_ARG_VALUE');
}

/** A host name with a NUL in it, as Node 22 and later refuse it. */
export function nullByteError(hostname: string): TypeError & { code: string } {
  const message = `The argument 'hostname' must be a string without null bytes. Received ${inspect(hostname)}`;
  return coded(new TypeError(message), 'ERR_INVALID_ARG_VALUE');
}

/** An option that does not exist. */
export function unknownOptionError(where: string, key: string, known: readonly string[]): TypeError {
  const message = `${where} has no option ${inspect(key)}; it has ${known.join(', ')}`;
  return coded(new TypeError(message), 'ERR_INVALID_ARG_VALUE');
}

/** An option that this platform's libc cannot be told: `ERR_ADDRINFO_UNSUPPORTED`. */
export function unsupportedError(name: string, needs: string, libc: string): Error & { code: string } {
  const message = `${name} needs ${needs}, and this is ${libc} (${process.platform})`;
  return coded(new Error(message), 'ERR_ADDRINFO_UNSUPPORTED');
}
