import {
  libc,
  makeResolverState,
  type ResolverSettings,
  type ResolverState,
  resolverFlags,
  supportedSettings,
} from '../native/libc';
import { typeError, unsupportedError, valueError } from '../shared/errors';
import { toAscii } from '../shared/hostname';
import { isIP } from '../shared/ip';
import { type Fields, fieldsOf, wholeNumber } from './checks';
import { parseWords } from './resolv-words';

/**
 * resolv.conf(5)'s options for one resolver. What is left out stays as the system has it; a flag that is
 * `false` is off though resolv.conf has it on. glibc only; its bounds are given with each.
 */
export interface ResolvOptions {
  /**
   * One to three, asked in this order: `'10.0.0.2'`, `'127.0.0.1:5353'`, `'fd00::2'`, `'[fd00::2]:5353'`,
   * `'fe80::1%eth0'`. The port is 53 unless given.
   */
  readonly nameservers?: readonly string[];
  /** Domains for names with fewer dots than `ndots`; none: `[]`. At most six, 254 characters in all. */
  readonly search?: readonly string[];
  /** Dots from which on a name is tried as it is first. 0 to 15. */
  readonly ndots?: number;
  /** Seconds to wait for a nameserver, 1 to 30. See `docs/resolv.md`. */
  readonly timeout?: number;
  /** How often each nameserver is asked, 1 to 5. */
  readonly attempts?: number;
  /** Begin with another nameserver each time. */
  readonly rotate?: boolean;
  /** A and AAAA one after the other (both in one call: `families: 'system'`). */
  readonly singleRequest?: boolean;
  /** The same, each from a socket of its own. */
  readonly singleRequestReopen?: boolean;
  /** TCP. No timeout of libc bounds it: a nameserver that accepts and says nothing holds its thread. */
  readonly useVc?: boolean;
  /** No AAAA query, whatever the family. glibc 2.36 and later; `lookup4` needs no such thing. */
  readonly noAaaa?: boolean;
  /** Announce a larger answer size (RFC 6891). */
  readonly edns0?: boolean;
}

/** The name of one of {@link ResolvOptions}. */
export type ResolvOption = keyof ResolvOptions;

/** glibc's caps (MAXNS, MAXDNSRCH, and what fits into `defdname`). */
const MAX_NAMESERVERS = 3;
const MAX_DOMAINS = 6;
const MAX_SEARCH = 254;

const FLAGS: readonly string[] = resolverFlags.map(([name]) => name);
const KNOWN: readonly string[] = ['nameservers', 'search', 'ndots', 'timeout', 'attempts', ...FLAGS];

function needs(option: string): string {
  const since = resolverFlags.find(([name]) => name === option)?.[2] ?? 0;
  return since > 0 ? `glibc 2.${since}` : 'glibc';
}

type Nameserver = NonNullable<ResolverSettings['nameservers']>[number];

function parseNameserver(name: string, value: unknown): Nameserver {
  const expected = "an IP address, or one with a port ('127.0.0.1:5353', '[::1]:5353')";
  if (typeof value !== 'string') throw typeError(name, expected, value);
  if (isIP(value) !== 0) return { address: value, port: 53 };
  const found = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[^:]+))(?::(?<port>\d{1,5}))?$/.exec(value);
  const { v4 = '', v6 = '', port: digits = '53' } = found?.groups ?? {};
  const port = Number(digits);
  if (port < 1 || port > 65_535 || (isIP(v4) !== 4 && isIP(v6) !== 6))
    throw valueError(name, expected, value);
  return { address: v4 === '' ? v6 : v4, port };
}

function listOf(name: string, value: unknown, min: number, max: number, what: string): readonly unknown[] {
  const expected = `an array of ${min} to ${max} ${what}`;
  if (!Array.isArray(value)) throw typeError(name, expected, value);
  if (value.length < min || value.length > max) throw valueError(name, expected, value);
  return [...value]; // A hole is an entry too, and no good one; `map` would pass it over.
}

function parseNameservers(name: string, value: unknown): Nameserver[] {
  const list = listOf(name, value, 1, MAX_NAMESERVERS, 'nameservers');
  return list.map((entry, index) => parseNameserver(`${name}[${index}]`, entry));
}

function parseDomain(name: string, value: unknown): string {
  if (typeof value !== 'string') throw typeError(name, 'a domain name', value);
  const ascii = toAscii(value);
  if (ascii === undefined || /^$|[\s\0]/.test(ascii)) throw valueError(name, 'a domain name', value);
  return ascii;
}

function parseSearch(name: string, value: unknown): readonly string[] {
  const list = listOf(name, value, 0, MAX_DOMAINS, 'domains');
  const domains = list.map((entry, index) => parseDomain(`${name}[${index}]`, entry));
  if (domains.join(' ').length > MAX_SEARCH) {
    throw valueError(name, `at most ${MAX_SEARCH} characters in all`, value);
  }
  return domains;
}

function parseFlag(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw typeError(name, 'a boolean', value);
  return value;
}

function parseOption(option: string, name: string, value: unknown): ResolverSettings {
  if (option === 'nameservers') return { nameservers: parseNameservers(name, value) };
  if (option === 'search') return { search: parseSearch(name, value) };
  if (option === 'ndots') return { ndots: wholeNumber(name, value, 0, 15, 0) };
  if (option === 'timeout') return { timeout: wholeNumber(name, value, 1, 30, 1) };
  if (option === 'attempts') return { attempts: wholeNumber(name, value, 1, 5, 1) };
  return { [option]: parseFlag(name, value) };
}

/** Whether libc can be told this option. Throws a TypeError where there is no such option. */
export function isSupported(option: unknown): boolean {
  const known = KNOWN.find((name) => name === option);
  if (known === undefined) throw valueError('option', `one of ${KNOWN.join(', ')}`, option);
  return supportedSettings.has(known);
}

/**
 * {@link ResolvOptions}, or resolv.conf's words for them, ready for calls; undefined where they ask for
 * nothing. Throws a TypeError that names the option or word, and `ERR_ADDRINFO_UNSUPPORTED`.
 */
export function parseResolv(where: string, input: unknown): ResolverState | undefined {
  const isText = typeof input === 'string';
  const fields: Fields = isText ? parseWords(where, input) : fieldsOf(where, input, KNOWN);
  let settings: ResolverSettings = {};
  for (const option of KNOWN) {
    const value = fields[option];
    if (value === undefined) continue;
    const name = isText ? `${where}: ${option}` : `${where}.${option}`;
    settings = { ...settings, ...parseOption(option, name, value) };
    if (!supportedSettings.has(option)) throw unsupportedError(name, needs(option), libc);
  }
  if (Object.keys(settings).length === 0) return undefined;
  const state = makeResolverState(settings);
  if (typeof state === 'string') {
    throw valueError(
      `${where}.nameservers`,
      'addresses that this host can reach (the scope is unknown)',
      state,
    );
  }
  return state;
}
