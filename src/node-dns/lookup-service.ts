import type dns from 'node:dns';
import { constants } from '../native/constants';
import type { Ended } from '../pipeline/lifecycle';
import type { Pipeline } from '../pipeline/pipeline';
import type { NameQuestion } from '../pipeline/stage';
import { lookupError } from '../shared/errors';
import { isIP } from '../shared/ip';
import { nodeLookupService, nodePromisesLookupService } from './originals';
import { isNetworkForbidden } from './permission';
import { asReplacement } from './replacement';
import { type Callback, isCallback, ReqWrap } from './req-wrap';

const { NI_NAMEREQD } = constants;

/** Undefined when an argument is bad or the network forbidden: Node's own function then says so. */
function checkedCall(address: unknown, port: unknown): NameQuestion | undefined {
  if (typeof address !== 'string' || isIP(address) === 0) return undefined;
  if (isNetworkForbidden()) return undefined;
  if (typeof port !== 'number' && typeof port !== 'string') return undefined;
  if (typeof port === 'string' && port.trim() === '') return undefined;
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) return undefined;
  return { address, port: number + 0, nameFlags: NI_NAMEREQD }; // -0 becomes 0.
}

/** What `dns.lookupService` returns: its name, its keys, and what its callback has as `this`. */
class GetNameInfoReqWrap extends ReqWrap {
  readonly callback: Callback;
  readonly hostname: string;
  readonly port: number;
  readonly oncomplete: Ended;

  constructor({ address, port }: NameQuestion, callback: Callback) {
    super('GETNAMEINFOREQWRAP');
    this.callback = callback;
    this.hostname = address;
    this.port = port;
    this.oncomplete = (error, { name }) => {
      this.deliver(() => {
        if (error === undefined) this.callback(null, name?.hostname, name?.service);
        else this.callback(error);
      });
    };
  }
}

/** `dns.lookupService`: getnameinfo(3), call for call. The resolver's deadline and hedge apply. */
export type LookupService = typeof dns.lookupService;

/** `dns.promises.lookupService`, likewise. */
export type PromisesLookupService = typeof dns.promises.lookupService;

/** `dns.lookupService` over this pipeline: getnameinfo(3) with NI_NAMEREQD. */
export function createLookupService(pipeline: Pipeline): LookupService {
  function lookupService(this: unknown, ...args: unknown[]): unknown {
    const [address, port, callback] = args;
    const call = checkedCall(address, port);
    if (call === undefined || args.length !== 3 || !isCallback(callback)) {
      return Reflect.apply(nodeLookupService, this, args);
    }
    const req = new GetNameInfoReqWrap(call, callback);
    pipeline.lookupName(call, req.oncomplete);
    return req;
  }
  return asReplacement(nodeLookupService, lookupService, () => createPromisesLookupService(pipeline));
}

/** `dns.promises.lookupService` over this pipeline. */
export function createPromisesLookupService(pipeline: Pipeline): PromisesLookupService {
  function lookupService(this: unknown, ...args: unknown[]): unknown {
    const [address, port] = args;
    const call = checkedCall(address, port);
    if (call === undefined || args.length !== 2) return Reflect.apply(nodePromisesLookupService, this, args);
    return new Promise((resolve, reject) => {
      const req = new ReqWrap('GETNAMEINFOREQWRAP');
      Object.assign(req, { hostname: call.address, port: call.port }); // async_hooks see it, as Node's.
      pipeline.lookupName(call, (error, { name }) => {
        req.deliver(() => {
          if (error === undefined) resolve(name);
          else reject(withoutHostname(error));
        });
      });
    });
  }
  return asReplacement(nodePromisesLookupService, lookupService);
}

// Node's promise version leaves the host out of its error, in every version; code may rely on it.
function withoutHostname(error: unknown): unknown {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') return error;
  const cause = error.cause instanceof Error ? error.cause : undefined;
  return lookupError(error.errno, 'getnameinfo', undefined, cause);
}
