import { AsyncResource } from 'node:async_hooks';
import dns, { type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { Families, Family } from './families';
import { constants, isolate } from './native';
import { type CallOptions, callOptions } from './options';
import type { Pipeline, Request, Settled } from './pipeline';
import { toAscii } from './query';
import { inTheShapeOf } from './shape';

// Node's own, whatever is patched later. All that is not a plain lookup goes there: literals, falsy
// hosts, bad arguments; so messages and warnings are those of the Node version that runs.
const nodeLookup = dns.lookup;
const nodePromisesLookup = dns.promises.lookup;

const { SOCK_STREAM = 0 } = constants;
const HINTS = dns.ADDRCONFIG | dns.V4MAPPED | dns.ALL;

type Order = 'verbatim' | 'ipv4first' | 'ipv6first';

type Callback = (...results: unknown[]) => void;

function isCallback(value: unknown): value is Callback {
  return typeof value === 'function';
}

/** A lookup that getaddrinfo has to answer; everything in it is valid. */
interface PlainLookup {
  readonly request: Request;
  readonly call: CallOptions;
  readonly family: Family;
  readonly all: boolean;
  readonly order: Order;
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function familyOf(value: unknown, named: boolean): Family | undefined {
  if (value === undefined || value === null || value === 0) return 0;
  if (value === 4 || (named && value === 'IPv4')) return 4;
  if (value === 6 || (named && value === 'IPv6')) return 6;
  return undefined;
}

function defaultOrder(): Order {
  const order: string = dns.getDefaultResultOrder(); // Node's types do not know ipv6first everywhere.
  return order === 'ipv4first' || order === 'ipv6first' ? order : 'verbatim';
}

function orderOf({ order, verbatim }: Fields): Order | undefined {
  if (verbatim !== undefined && verbatim !== null && typeof verbatim !== 'boolean') return undefined;
  if (order === 'verbatim' || order === 'ipv4first' || order === 'ipv6first') return order;
  if (order !== undefined && order !== null) return undefined;
  if (typeof verbatim === 'boolean') return verbatim ? 'verbatim' : 'ipv4first';
  return defaultOrder();
}

function hintsOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number') return undefined;
  const hints = value >>> 0;
  return (hints & ~HINTS) === 0 ? hints : undefined;
}

// process.permission of Node 25 and later guards lookups; Node's own function knows how to refuse.
function isForbidden(): boolean {
  if (!('permission' in process) || Number.parseInt(process.versions.node, 10) < 25) return false;
  const { permission } = process;
  return isObject(permission) && typeof permission['has'] === 'function' && permission['has']('net') !== true;
}

/** Undefined when it is not a plain lookup, and hence Node's own to answer. */
function plainLookup(
  policy: Families,
  hostname: unknown,
  options: unknown,
  namedFamilies: boolean,
): PlainLookup | undefined {
  if (typeof hostname !== 'string' || hostname === '' || hostname.includes('\0')) return undefined;
  if (isIP(hostname) !== 0 || isForbidden()) return undefined;
  const node = toAscii(hostname);
  if (node === undefined) return undefined;

  if (options !== undefined && options !== null && !isObject(options) && typeof options !== 'number') {
    return undefined;
  }
  const fields: Fields = typeof options === 'number' ? { family: options } : (options ?? {});
  const hints = hintsOf(fields['hints']);
  const family = familyOf(fields['family'], namedFamilies && typeof options !== 'number');
  const all = fields['all'] ?? false;
  const order = orderOf(fields);
  if (hints === undefined || family === undefined || typeof all !== 'boolean' || order === undefined) {
    return undefined;
  }
  const families = family === 0 ? policy : family;
  const base = { hostname, node, service: null, socktype: SOCK_STREAM, protocol: 0, whole: false };
  return { request: { ...base, families, flags: hints }, call: callOptions(fields), family, all, order };
}

function ordered(texts: readonly string[], order: Order): readonly string[] {
  if (order === 'verbatim') return texts;
  const first = order === 'ipv4first' ? 4 : 6;
  return [...texts.filter((text) => isIP(text) === first), ...texts.filter((text) => isIP(text) !== first)];
}

function labelled(texts: readonly string[], { family, order }: PlainLookup): LookupAddress[] {
  return ordered(texts, order).map((address) => ({ address, family: family || isIP(address) }));
}

/** What `dns.lookup` returns: by name, by keys, and as the resource of the callback's async context. */
class GetAddrInfoReqWrap extends AsyncResource {
  readonly callback: Callback;
  readonly family: Family;
  readonly hostname: string;
  readonly oncomplete: Settled;

  constructor(plain: PlainLookup, callback: Callback) {
    super('GETADDRINFOREQWRAP');
    this.callback = callback;
    this.family = plain.family;
    this.hostname = plain.request.hostname ?? '';
    this.oncomplete = (error, texts) => {
      isolate(() => {
        if (error !== undefined) {
          this.runInAsyncScope(callback, this, error);
          return;
        }
        const addresses = labelled(texts, plain);
        const [first] = addresses;
        if (plain.all) this.runInAsyncScope(callback, this, null, addresses);
        else this.runInAsyncScope(callback, this, null, first?.address, first?.family);
      });
    };
  }
}

/** `dns.lookup`'s shapes, with `signal` and `timeout` (ms) beside Node's options. */
export type Lookup = typeof dns.lookup;

/** `dns.promises.lookup`'s shapes, likewise. */
export type PromisesLookup = typeof dns.promises.lookup;

/** `dns.lookup` over this pipeline. */
export function createLookup(pipeline: Pipeline): Lookup {
  function lookup(this: unknown, ...args: unknown[]): unknown {
    const [hostname, options, callback] = args;
    const [given, done] = isCallback(options) ? [undefined, options] : [options, callback];
    const plain = isCallback(done) ? plainLookup(pipeline.policy.families, hostname, given, true) : undefined;
    if (plain === undefined || !isCallback(done)) return Reflect.apply(nodeLookup, this, args);
    const req = new GetAddrInfoReqWrap(plain, done);
    pipeline.lookup(plain.request, plain.call, req.oncomplete);
    return req;
  }
  return inTheShapeOf(nodeLookup, lookup);
}

/** `dns.promises.lookup` over this pipeline. */
export function createPromisesLookup(pipeline: Pipeline): PromisesLookup {
  function lookup(this: unknown, ...args: unknown[]): unknown {
    const [hostname, options] = args;
    const plain = plainLookup(pipeline.policy.families, hostname, options, false);
    if (plain === undefined) return Reflect.apply(nodePromisesLookup, this, args);
    return new Promise((resolve, reject) => {
      pipeline.lookup(plain.request, plain.call, (error, texts) => {
        if (error !== undefined) {
          reject(error);
          return;
        }
        const addresses = labelled(texts, plain);
        resolve(plain.all ? addresses : addresses[0]);
      });
    });
  }
  return inTheShapeOf(nodePromisesLookup, lookup);
}
