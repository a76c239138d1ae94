import { tracingChannel } from 'node:diagnostics_channel';
import { isIPv4, isIPv6 } from 'node:net';
import { type AddrInfo, constants, type Family, type LookupTrace, Resolver } from '../index';
import { parseWords } from '../options/resolv-words';
import { errnos } from '../shared/errors';
import { printable, printableJson } from '../shared/printable';
import { checkedHostOrAddress } from './host';
import { parse, UsageError } from './usage';

const { AI_ADDRCONFIG, AI_CANONNAME, SOCK_STREAM } = constants;

interface Wanted {
  readonly resolver: Resolver;
  readonly family: Family;
  readonly service: string | null;
  readonly allInfo: boolean;
}

interface Result {
  readonly host: string;
  readonly ms: number;
  readonly addresses: readonly AddrInfo[];
  readonly error?: { readonly code: string; readonly message: string };
}

const OPTIONS = {
  family: { type: 'string', default: '4' },
  service: { type: 'string' },
  'all-info': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  time: { type: 'boolean', default: false },
  timeout: { type: 'string' },
  nameserver: { type: 'string', multiple: true },
  resolv: { type: 'string' },
} as const;

function familyOf(text: string): Family {
  if (text === '4') return 4;
  if (text === '6') return 6;
  if (text === '0') return 0;
  throw new UsageError(`--family must be 4, 6 or 0, got '${printable(text)}'`);
}

interface ResolverFlags {
  readonly timeout?: string | undefined;
  readonly nameserver?: readonly string[] | undefined;
  readonly resolv?: string | undefined;
}

function resolverFor({ timeout, nameserver: nameservers, resolv = '' }: ResolverFlags): Resolver {
  try {
    return new Resolver({
      ...(timeout === undefined ? {} : { timeout: timeout === '' ? Number.NaN : Number(timeout) }),
      resolv: { ...parseWords('--resolv', resolv), ...(nameservers === undefined ? {} : { nameservers }) },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function failure(error: unknown): { code: string; message: string } {
  const message = printable(error instanceof Error ? error.message : String(error));
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'ERROR';
  return { code, message };
}

/** Which other family the host may have an address of. */
function hint(host: string, family: Family, error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  if (family === 6 && isIPv4(host)) return ' (an IPv4 address: --family 4 or 0)';
  if (errno !== errnos.EAI_NODATA && errno !== errnos.EAI_ADDRFAMILY) return '';
  if (family === 4) return ' (it has no IPv4 address: --family 6 or 0)';
  return family === 6 ? ' (it has no IPv6 address: --family 4 or 0)' : '';
}

function addressesOf(host: string, { resolver, family, service, allInfo }: Wanted): Promise<AddrInfo[]> {
  const hints = allInfo
    ? { flags: AI_CANONNAME }
    : { flags: family === 0 ? AI_ADDRCONFIG : 0, socktype: SOCK_STREAM };
  // An IPv6 address is one whatever was asked for.
  const asked = family === 4 && isIPv6(host) ? 0 : family;
  return resolver.getaddrinfo(host, service, { family: asked, ...hints });
}

async function resolve(host: string, wanted: Wanted): Promise<Result> {
  const begun = performance.now();
  const elapsed = (): number => Math.round((performance.now() - begun) * 1000) / 1000;
  try {
    const addresses = await addressesOf(host, wanted);
    return { host, ms: elapsed(), addresses };
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(printable(error.message));
    const { code, message } = failure(error);
    return {
      host,
      ms: elapsed(),
      addresses: [],
      error: { code, message: `${message}${hint(host, wanted.family, error)}` },
    };
  }
}

function nameOf(prefix: string, value: number): string {
  const found = Object.entries(constants).find(
    ([name, number]) => name.startsWith(prefix) && number === value,
  );
  return found === undefined ? String(value) : found[0];
}

function line(info: AddrInfo, { service, allInfo }: Wanted): string {
  const address = info.scopeId === undefined ? info.address : `${info.address}%${info.scopeId}`;
  if (!allInfo) return service === null ? address : `${address} ${info.port}`;
  const fields = [
    address,
    `port=${info.port}`,
    `family=${info.family}`,
    `socktype=${nameOf('SOCK_', info.socktype)}`,
    `protocol=${nameOf('IPPROTO_', info.protocol)}`,
  ];
  if (info.canonname !== undefined) fields.push(`canonname=${printable(info.canonname)}`);
  return fields.join(' ');
}

function print(results: readonly Result[], wanted: Wanted): void {
  for (const { host, addresses, error } of results) {
    if (error !== undefined) process.stderr.write(`addrinfo: ${printable(host)}: ${error.message}\n`);
    for (const info of addresses) process.stdout.write(`${line(info, wanted)}\n`);
  }
}

/** What the package says of a lookup that has ended. */
type Traces = ReadonlyMap<string, LookupTrace>;

/** Notes what becomes of lookups from now on, by host. */
function traced(): Traces {
  const traces = new Map<string, LookupTrace>();
  tracingChannel<LookupTrace>('addrinfo:lookup').asyncEnd.subscribe((trace) => {
    if (isTrace(trace) && trace.hostname !== undefined) traces.set(trace.hostname, trace);
  });
  return traces;
}

function isTrace(message: unknown): message is LookupTrace {
  return typeof message === 'object' && message !== null && 'attempts' in message;
}

/** Who answered, and how often was asked. */
function who(trace: LookupTrace | undefined): string {
  if (trace === undefined) return '';
  const calls = trace.attempts > 1 ? `, ${trace.attempts} calls` : '';
  if (trace.nameserver !== undefined) return ` from ${trace.nameserver}${calls}`;
  if (trace.sent === false) return `, no nameserver was asked${calls}`;
  return calls;
}

/** `addrinfo HOST...`: all hosts at once, printed in the order given. */
export async function lookupCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (positionals.length === 0) throw new UsageError('no host given');
  const hosts = positionals.map(checkedHostOrAddress);
  const wanted: Wanted = {
    resolver: resolverFor(values),
    family: familyOf(values.family),
    service: values.service ?? null,
    allInfo: values['all-info'],
  };
  const traces = values.time ? traced() : new Map<string, LookupTrace>();
  const results = await Promise.all(hosts.map((host) => resolve(host, wanted)));
  if (values.json) process.stdout.write(`${printableJson(results)}\n`);
  else print(results, wanted);
  if (values.time) {
    for (const { host, ms } of results) {
      process.stderr.write(`${printable(host)} ${ms.toFixed(3)} ms${who(traces.get(host))}\n`);
    }
  }
  return results.some(({ error }) => error !== undefined) ? 1 : 0;
}
