import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { atLeast, type Libc } from './libc';

/** What resolv.conf message, as the libc in question takes it. */
export interface ResolverConfig {
  /** In the order in which they are asked; those beyond the third, which nobody asks, are not here. */
  readonly nameservers: readonly string[];
  /** `nameserver` lines that are no address: libc skips them. */
  readonly invalid: readonly string[];
  /** `nameserver` lines beyond the third. */
  readonly unasked: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
  /** Seconds to wait for one server's answer, at first. */
  readonly timeout: number;
  /** How often each server is asked. */
  readonly attempts: number;
  /** The `options` words that take effect. */
  readonly options: readonly string[];
  /** The `options` words that this libc does not know, and so ignores. */
  readonly ignored: readonly string[];
}

/** What else decides, apart from the file. */
export interface ConfigSources {
  /** The text of /etc/resolv.conf. */
  readonly text: string;
  readonly libc: Libc;
  /** glibc takes a search domain from it where the file names none. */
  readonly hostname: string;
  /** The environment's RES_OPTIONS, which glibc reads after the file. */
  readonly resOptions: string | undefined;
  /** The environment's LOCALDOMAIN, which takes the place of the search list (glibc). */
  readonly localDomain: string | undefined;
}

const MAX_NAMESERVERS = 3; // MAXNS, in glibc and musl

/** The `options` words that each libc knows (resolv.conf(5); res_init.c, resolvconf.c). */
const KNOWN: Readonly<Record<Libc['name'], readonly string[]>> = {
  glibc: [
    ...['ndots', 'timeout', 'attempts', 'rotate', 'no-check-names', 'inet6', 'edns0', 'no-reload', 'debug'],
    ...['single-request', 'single-request-reopen', 'no-tld-query', 'use-vc', 'trust-ad', 'no-aaaa'],
    ...['ip6-bytestring', 'ip6-dotint', 'no-ip6-dotint', 'strict-error'],
  ],
  musl: ['ndots', 'timeout', 'attempts'],
  other: ['ndots', 'timeout', 'attempts', 'rotate', 'debug', 'edns0', 'inet6', 'use-vc'],
};

const LIMITS: Readonly<Record<Libc['name'], { ndots: number; timeout: number; attempts: number }>> = {
  glibc: { ndots: 15, timeout: 30, attempts: 5 },
  musl: { ndots: 15, timeout: 60, attempts: 10 },
  other: { ndots: 15, timeout: 30, attempts: 5 },
};

interface Line {
  readonly keyword: string;
  readonly values: readonly string[];
}

/** Each line that begins with one of these keywords. libc takes no line that is indented. */
function lines(text: string, ...keywords: readonly string[]): Line[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd().split(/\s+/))
    .map(([keyword = '', ...values]) => ({ keyword, values }))
    .filter(({ keyword }) => keywords.includes(keyword));
}

/** A nameserver's address as libc reads it: by inet_aton, `010.1` is 8.0.0.1. */
function addressOf(text: string): string | undefined {
  if (isIP(text) !== 0) return text;
  const address = /^[\dxa-f.]+$/i.test(text) && !text.endsWith('.') ? domainToASCII(text) : '';
  return isIP(address) === 0 ? undefined : address;
}

/** musl takes both words for the same, and a line without a value for an empty list; others pass over it. */
function writtenList(rows: readonly Line[], libc: Libc): readonly string[] | undefined {
  if (libc.name === 'musl') return rows.at(-1)?.values;
  const last = rows.findLast(({ values }) => values.length > 0);
  return last?.keyword === 'domain' ? last.values.slice(0, 1) : last?.values;
}

function searchList({ text, libc, hostname, localDomain }: ConfigSources): readonly string[] {
  const written = writtenList(lines(text, 'search', 'domain'), libc);
  if (libc.name !== 'glibc') return written ?? [];
  if (localDomain !== undefined && localDomain !== '') return localDomain.trim().split(/\s+/);
  if (written !== undefined) return written;
  const dot = hostname.indexOf('.');
  return dot === -1 ? [] : [hostname.slice(dot + 1)];
}

function optionWords({ text, libc, resOptions }: ConfigSources): string[] {
  const written = lines(text, 'options').flatMap(({ values }) => values);
  const added = libc.name === 'glibc' ? (resOptions ?? '').split(/\s+/).filter((word) => word !== '') : [];
  return [...written, ...added];
}

function number(options: readonly string[], name: string, otherwise: number, most: number): number {
  const word = options.findLast((option) => option.startsWith(`${name}:`));
  const value = Number.parseInt(word?.slice(name.length + 1) ?? '', 10);
  return Number.isNaN(value) ? otherwise : Math.min(Math.max(value, 0), most);
}

/** Options that came with a later glibc. */
const SINCE: Readonly<Record<string, string>> = {
  'trust-ad': '2.31',
  'no-aaaa': '2.36',
  'strict-error': '2.41',
};

/** Whether this libc knows an `options` word by this name. */
export function knows({ name, version }: Libc, option: string): boolean {
  if (!KNOWN[name].includes(option)) return false;
  const since = SINCE[option];
  return name !== 'glibc' || since === undefined || version === undefined || atLeast(version, since);
}

/** Reads resolv.conf and the environment as this libc does. */
export function resolverConfig(sources: ConfigSources): ResolverConfig {
  const { libc, text } = sources;
  const words = optionWords(sources);
  const isKnown = (word: string): boolean => knows(libc, word.split(':')[0] ?? '');
  const options = words.filter(isKnown);
  const limits = LIMITS[libc.name];
  const written = lines(text, 'nameserver').flatMap(({ values: [address] }) => address ?? []);
  const nameservers = written.flatMap((text) => addressOf(text) ?? []);
  return {
    nameservers: nameservers.slice(0, MAX_NAMESERVERS),
    invalid: written.filter((text) => addressOf(text) === undefined),
    unasked: nameservers.slice(MAX_NAMESERVERS),
    search: searchList(sources),
    ndots: number(options, 'ndots', 1, limits.ndots),
    timeout: Math.max(1, number(options, 'timeout', 5, limits.timeout)),
    attempts: Math.max(1, number(options, 'attempts', 2, limits.attempts)),
    options,
    ignored: words.filter((word) => !isKnown(word)),
  };
}

/** The names that libc asks for in turn until one has an address, each with its trailing dot. */
export function candidates(name: string, config: ResolverConfig, libc: Libc): readonly string[] {
  const asIs = `${name.replace(/\.$/, '')}.`;
  if (name.endsWith('.')) return [asIs];
  const searched = config.search.map((domain) =>
    `${asIs}${domain.replace(/^\.|\.$/g, '')}.`.replace(/\.+$/, '.'),
  );
  const dots = name.split('.').length - 1;
  // `search .` has the name as it is, and glibc does not ask for it once more.
  if (dots < config.ndots) return searched.includes(asIs) ? searched : [...searched, asIs];
  // musl never goes on to the search list once a name has dots enough.
  return libc.name === 'musl' ? [asIs] : [asIs, ...searched];
}

/**
 * The first wait of a lookup whose packet was lost, in ms: glibc's timeout; musl asks again after timeout / attempts.
 */
export function firstWait({ timeout, attempts }: ResolverConfig, libc: Libc): number {
  return libc.name === 'musl' ? (timeout * 1000) / attempts : timeout * 1000;
}

/** The longest that one lookup of a name with so many candidates can take, in seconds. */
export function worstCase(config: ResolverConfig, libc: Libc, names: number): number {
  // musl asks all servers at once, the timeout is for all attempts, and a silent server ends the search.
  if (libc.name === 'musl') return config.timeout;
  return config.timeout * config.attempts * Math.max(1, config.nameservers.length) * names;
}
