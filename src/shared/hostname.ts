import { domainToASCII } from 'node:url';
import { errnos, lookupError, typeError, valueError } from './errors';

const PLAIN = /^[\x20-\x7e]*$/;
const FULL_STOPS = /[.\u3002\uff0e\uff61]/;
// A label that a URL's host takes as it is: `%`, `/`, white space and the like mean something there.
const LETTERS = /^[\w\u0080-\uffff-]*$/;
const MAX_BYTES = 255;

// As a literal it would make Node decode the package's file byte by byte.
const BEYOND_ASCII = String.fromCodePoint(0xfc);

// The last label keeps one of digits from being read as an IPv4 address (`1` would be 0.0.0.1). In a name
// that is not all ASCII it is not ASCII either: Node 24 and later check `xn--` labels in such names only.
function labelToAscii(label: string, last: string): string | undefined {
  if (PLAIN.test(label) && !label.toLowerCase().startsWith('xn--')) return label.toLowerCase();
  if (!LETTERS.test(label)) return undefined;
  const ascii = domainToASCII(`${label}.${last}`);
  const end = ascii.lastIndexOf('.');
  return end === -1 ? undefined : ascii.slice(0, end);
}

/**
 * A host name as getaddrinfo takes it: lower case, IDNA done label by label, at most 255 bytes.
 * `undefined` where `dns.lookup` would say EINVAL: not a valid name, a lone surrogate, too long.
 */
export function toAscii(hostname: string): string | undefined {
  const lower = hostname.toLowerCase();
  if (PLAIN.test(hostname) && !lower.includes('xn--')) {
    return hostname.length > MAX_BYTES ? undefined : lower;
  }
  const last = PLAIN.test(hostname) ? 'a' : BEYOND_ASCII;
  const labels = hostname.split(FULL_STOPS).map((label) => labelToAscii(label, last));
  if (labels.includes(undefined)) return undefined;
  const ascii = labels.join('.');
  return ascii === '' || ascii.length > MAX_BYTES ? undefined : ascii;
}

/** A host name from outside, checked; its ASCII form for getaddrinfo. */
export function checkedHost(name: string, hostname: unknown): { hostname: string; node: string } {
  if (typeof hostname !== 'string') throw typeError(name, 'a string', hostname);
  if (hostname === '') throw valueError(name, 'a non-empty string', hostname);
  if (hostname.includes('\0')) throw valueError(name, 'a string without null bytes', hostname);
  const node = toAscii(hostname);
  if (node === undefined) throw lookupError(errnos.EINVAL, 'getaddrinfo', hostname);
  return { hostname, node };
}
