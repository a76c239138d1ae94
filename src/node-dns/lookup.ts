import type { LookupAddress, LookupAllOptions, LookupOneOptions, LookupOptions } from 'node:dns';
import type { Address, Answer } from '../native/answer';
import { constants } from '../native/constants';
import type { Family } from '../options/resolver-options';
import type { Ended } from '../pipeline/lifecycle';
import type { Pipeline } from '../pipeline/pipeline';
import { toAscii } from '../shared/hostname';
import { type LookupArguments, type Order, plainLookup } from './lookup-arguments';
import { nodeLookup, nodePromisesLookup } from './originals';
import { asReplacement } from './replacement';
import { type Callback, isCallback, ReqWrap } from './req-wrap';

const { SOCK_STREAM } = constants;

function ordered(addresses: readonly Address[], order: Order): readonly Address[] {
  if (order === 'verbatim' || addresses.length < 2) return addresses;
  const first = order === 'ipv4first' ? 4 : 6;
  return [
    ...addresses.filter(({ family }) => family === first),
    ...addresses.filter(({ family }) => family !== first),
  ];
}

// As Node labels them: by the family that was asked for, where there was one.
function labelled({ addresses }: Answer, { family, order }: LookupArguments): LookupAddress[] {
  return ordered(addresses, order).map((entry) => ({
    address: entry.address,
    family: family || entry.family,
  }));
}

/** The first of {@link labelled}. */
function firstOf({ addresses }: Answer, { family, order }: LookupArguments): LookupAddress {
  const [first] = ordered(addresses, order);
  return { address: first?.address ?? '', family: family || (first?.family ?? 4) };
}

/** `node` is the host in ASCII. */
function ask(pipeline: Pipeline, node: string, plain: LookupArguments, ended: Ended): void {
  const { hostname, family, hints: flags, limits } = plain;
  const question = {
    hostname,
    node,
    service: null,
    families: family === 0 ? familiesFor(pipeline, plain) : undefined,
    family,
    socktype: SOCK_STREAM,
    protocol: 0,
    flags,
    full: false,
  };
  pipeline.lookup(question, limits, true, ended);
}

// Who wants IPv6 first wants it asked for.
function familiesFor({ policy: { families } }: Pipeline, { order }: LookupArguments): typeof families {
  return order === 'ipv6first' && families === 'ipv4-first' ? 'system' : families;
}

/** What async_hooks see of a promise's lookup. */
class LookupPromiseReqWrap extends ReqWrap {
  readonly family: Family;
  readonly hostname: string;

  constructor({ family, hostname }: LookupArguments) {
    super('GETADDRINFOREQWRAP');
    this.family = family;
    this.hostname = hostname;
  }
}

/** What `dns.lookup` returns: its name, its keys, and what its callback has as `this`. */
class GetAddrInfoReqWrap extends ReqWrap {
  readonly callback: Callback;
  readonly family: Family;
  readonly hostname: string;
  readonly oncomplete: Ended;

  constructor(plain: LookupArguments, callback: Callback) {
    super('GETADDRINFOREQWRAP');
    this.callback = callback;
    this.family = plain.family;
    this.hostname = plain.hostname;
    this.oncomplete = (error, answer) => {
      this.deliver(() => {
        if (error !== undefined) {
          this.callback(error);
        } else if (plain.all) {
          this.callback(null, labelled(answer, plain));
        } else {
          const { address, family } = firstOf(answer, plain);
          this.callback(null, address, family);
        }
      });
    };
  }
}

/** What a lookup takes beside Node's own options. */
export interface LookupLimits {
  /** Ends the lookup at once; its error is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Deadline in ms, 0 for none; `EAI_AGAIN` then. Default: the resolver's (5000). */
  readonly timeout?: number | undefined;
}

/** An entry of an answer: Node's `LookupAddress`, whose family is known to be one of two. */
export interface ResolvedAddress extends LookupAddress {
  /** Of `address`. */
  family: 4 | 6;
}

/** Called with the first address, or an error. */
export type LookupOneCallback = (error: NodeJS.ErrnoException | null, address: string, family: 4 | 6) => void;
/** Called with every address (`all: true`), or an error. */
export type LookupAllCallback = (error: NodeJS.ErrnoException | null, addresses: ResolvedAddress[]) => void;
/** Called in either way, where `all` is not known beforehand. */
export type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | ResolvedAddress[],
  family: 4 | 6,
) => void;

/**
 * `dns.lookup`, call for call, with {@link LookupLimits} beside Node's options. Which addresses a lookup
 * without `family` (or with 0) asks for is the resolver's `families`.
 *
 * Errors are `dns.lookup`'s own: `EAI_AGAIN` also at the deadline and when `maxPending` is reached, with a `cause`
 * that says so. An abort gives the signal's reason. A bad argument throws a TypeError at once.
 */
export interface Lookup {
  /** The first address of a family: 4, 6, or 0 for either. */
  (hostname: string, family: number, callback: LookupOneCallback): void;
  /** The first address. */
  (hostname: string, options: LookupOneOptions & LookupLimits, callback: LookupOneCallback): void;
  /** Every address. */
  (hostname: string, options: LookupAllOptions & LookupLimits, callback: LookupAllCallback): void;
  /** As `options.all` says. */
  (hostname: string, options: LookupOptions & LookupLimits, callback: LookupCallback): void;
  /** The first address. */
  (hostname: string, callback: LookupOneCallback): void;
  /** The type of `util.promisify(lookup)`; no function of this name is there. */
  readonly __promisify__: PromisifiedLookup;
}

/** `dns.promises.lookup`, likewise. A bad argument throws, as there; everything else rejects. */
export interface PromisesLookup {
  /** Every address. */
  (hostname: string, options: LookupAllOptions & LookupLimits): Promise<ResolvedAddress[]>;
  /** The first address. */
  (hostname: string, options?: (LookupOneOptions & LookupLimits) | number): Promise<ResolvedAddress>;
  /** As `options.all` says. */
  (hostname: string, options: LookupOptions & LookupLimits): Promise<ResolvedAddress | ResolvedAddress[]>;
}

/** `util.promisify(lookup)`. */
export type PromisifiedLookup = PromisesLookup;

/** `dns.lookup` over this pipeline. */
export function createLookup(pipeline: Pipeline): Lookup {
  function lookup(this: unknown, ...args: unknown[]): unknown {
    const [hostname, options, callback] = args;
    const short = isCallback(options);
    const done = short ? options : callback;
    const plain = isCallback(done) ? plainLookup(hostname, short ? undefined : options, true) : undefined;
    if (plain === undefined || !isCallback(done)) return Reflect.apply(nodeLookup, this, args);
    const node = toAscii(plain.hostname);
    if (node === undefined) return Reflect.apply(nodeLookup, this, [plain.hostname, plain, done]);
    const req = new GetAddrInfoReqWrap(plain, done);
    ask(pipeline, node, plain, req.oncomplete);
    return req;
  }
  return asReplacement(nodeLookup, lookup, () => createPromisesLookup(pipeline));
}

/** `dns.promises.lookup` over this pipeline. */
export function createPromisesLookup(pipeline: Pipeline): PromisesLookup {
  function lookup(this: unknown, ...args: unknown[]): unknown {
    const [hostname, options] = args;
    const plain = plainLookup(hostname, options, false);
    if (plain === undefined) return Reflect.apply(nodePromisesLookup, this, args);
    const node = toAscii(plain.hostname);
    if (node === undefined) return Reflect.apply(nodePromisesLookup, this, [plain.hostname, plain]);
    return new Promise((resolve, reject) => {
      const req = new LookupPromiseReqWrap(plain);
      ask(pipeline, node, plain, (error, answer) => {
        req.deliver(() => {
          if (error !== undefined) {
            reject(error);
            return;
          }
          resolve(plain.all ? labelled(answer, plain) : firstOf(answer, plain));
        });
      });
    });
  }
  return asReplacement(nodePromisesLookup, lookup);
}
