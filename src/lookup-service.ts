import { AsyncResource } from 'node:async_hooks';
import dns from 'node:dns';
import { isIP } from 'node:net';
import { lookupError } from './errors';
import { constants, isolate, type NameInfoCall } from './native';
import type { Pipeline } from './pipeline';
import { inTheShapeOf } from './shape';

const nodeLookupService = dns.lookupService;
const nodePromisesLookupService = dns.promises.lookupService;

const { NI_NAMEREQD = 0 } = constants;

/** Undefined when an argument is bad: Node's own function then says so. */
function checkedCall(address: unknown, port: unknown): NameInfoCall | undefined {
  if (typeof address !== 'string' || isIP(address) === 0) return undefined;
  if (typeof port !== 'number' && typeof port !== 'string') return undefined;
  if (typeof port === 'string' && port.trim() === '') return undefined;
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) return undefined;
  return { address, port: number, nameFlags: NI_NAMEREQD };
}

/** `dns.lookupService`'s shape. */
export type LookupService = typeof dns.lookupService;

/** `dns.promises.lookupService`'s shape. */
export type PromisesLookupService = typeof dns.promises.lookupService;

/** `dns.lookupService` over this pipeline: getnameinfo(3) with NI_NAMEREQD. */
export function createLookupService(pipeline: Pipeline): LookupService {
  function lookupService(this: unknown, ...args: unknown[]): unknown {
    const [address, port, callback] = args;
    const call = checkedCall(address, port);
    if (call === undefined || args.length !== 3 || typeof callback !== 'function') {
      return Reflect.apply(nodeLookupService, this, args);
    }
    const req = new AsyncResource('GETNAMEINFOREQWRAP');
    pipeline.lookupName(call, {}, (error, [hostname, service]) => {
      const results = error === undefined ? [null, hostname, service] : [error];
      isolate(() => req.runInAsyncScope(() => Reflect.apply(callback, req, results)));
    });
    return req;
  }
  return inTheShapeOf(nodeLookupService, lookupService);
}

/** `dns.promises.lookupService` over this pipeline. */
export function createPromisesLookupService(pipeline: Pipeline): PromisesLookupService {
  function lookupService(this: unknown, ...args: unknown[]): unknown {
    const [address, port] = args;
    const call = checkedCall(address, port);
    if (call === undefined || args.length !== 2) return Reflect.apply(nodePromisesLookupService, this, args);
    return new Promise((resolve, reject) => {
      pipeline.lookupName(call, {}, (error, [hostname, service]) => {
        if (error === undefined) resolve({ hostname, service });
        else reject(withoutHostname(error));
      });
    });
  }
  return inTheShapeOf(nodePromisesLookupService, lookupService);
}

// Node's promise version leaves the host out of its error, in every version; code may rely on it.
function withoutHostname(error: unknown): unknown {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') return error;
  return lookupError(error.errno, 'getnameinfo', undefined);
}
