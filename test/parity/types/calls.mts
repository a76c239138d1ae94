// Checked by the compiler alone (`npm run lint`): what each call gives, and what it does not take.
import type { LookupAddress } from 'node:dns';
import { promisify } from 'node:util';
import {
  type AddrInfo,
  constants,
  getaddrinfo,
  install,
  lookup,
  lookup4,
  lookupService,
  promises,
  type ResolvedAddress,
  Resolver,
} from 'addrinfo';
import { expectTypeOf } from 'vitest';

const { signal } = new AbortController();

// Callbacks get what their options ask for.
lookup('a.test', (error, address, family) => {
  expectTypeOf(error).toEqualTypeOf<NodeJS.ErrnoException | null>();
  expectTypeOf(address).toEqualTypeOf<string>();
  expectTypeOf(family).toEqualTypeOf<4 | 6>();
});
lookup('a.test', 4, (_error, address) => expectTypeOf(address).toEqualTypeOf<string>());
lookup('a.test', { family: 'IPv6', hints: 32, order: 'ipv6first' }, (_error, address) =>
  expectTypeOf(address).toEqualTypeOf<string>(),
);
lookup('a.test', { all: true }, (_error, addresses) =>
  expectTypeOf(addresses).toEqualTypeOf<ResolvedAddress[]>(),
);
lookup('a.test', { all: Math.random() < 0.5 }, (_error, address) =>
  expectTypeOf(address).toEqualTypeOf<string | ResolvedAddress[]>(),
);
lookup('a.test', { signal, timeout: 100 }, (_error, address) =>
  expectTypeOf(address).toEqualTypeOf<string>(),
);
lookup('a.test', { all: true, signal, timeout: 100 }, (_error, addresses) =>
  expectTypeOf(addresses).toEqualTypeOf<ResolvedAddress[]>(),
);
lookupService('127.0.0.1', 22, (_error, hostname, service) =>
  expectTypeOf([hostname, service]).toEqualTypeOf<string[]>(),
);

// Callbacks that were written for dns.lookup are good.
type Callback<Result extends unknown[]> = (error: NodeJS.ErrnoException | null, ...results: Result) => void;
expectTypeOf(lookup).toBeCallableWith('a.test', console.log satisfies Callback<[string, number]>);
expectTypeOf(lookup).toBeCallableWith(
  'a.test',
  { all: true },
  console.log satisfies Callback<[LookupAddress[]]>,
);

// Promises.
expectTypeOf(await promises.lookup('a.test')).toEqualTypeOf<ResolvedAddress>();
expectTypeOf(await promises.lookup('a.test', 6)).toEqualTypeOf<ResolvedAddress>();
expectTypeOf(await promises.lookup('a.test', { family: 4, timeout: 1 })).toEqualTypeOf<ResolvedAddress>();
expectTypeOf(await promises.lookup('a.test', { all: true, signal })).toEqualTypeOf<ResolvedAddress[]>();
expectTypeOf(await promisify(lookup)('a.test')).toEqualTypeOf<ResolvedAddress>();
expectTypeOf(await promisify(lookup)('a.test', { signal })).toEqualTypeOf<ResolvedAddress>();
expectTypeOf(await promisify(lookup)('a.test', { all: true })).toEqualTypeOf<ResolvedAddress[]>();
expectTypeOf(await promisify(lookupService)('127.0.0.1', 22)).toEqualTypeOf<{
  hostname: string;
  service: string;
}>();
expectTypeOf(await lookup4('a.test')).toEqualTypeOf<string>();
expectTypeOf(await lookup4('a.test', { signal, timeout: 100 })).toEqualTypeOf<string>();
expectTypeOf(await lookup4('a.test', { all: true })).toEqualTypeOf<string[]>();
expectTypeOf(await getaddrinfo('a.test', 'https', { flags: constants['AI_CANONNAME'] ?? 0 })).toEqualTypeOf<
  AddrInfo[]
>();

// The undo of an install.
expectTypeOf(install()).toEqualTypeOf<() => void>();
expectTypeOf(install({ families: 'dual', hedge: false, cache: { ttl: 1000 } })).toEqualTypeOf<() => void>();
expectTypeOf(install(new Resolver({ resolv: 'attempts:1' }))).toEqualTypeOf<() => void>();

/** Whether a function takes these arguments, in one of its shapes. */
type Takes<F, Arguments extends unknown[]> = F extends (...args: Arguments) => unknown ? true : false;
type Done = (error: Error | null) => void;

expectTypeOf<Takes<typeof lookup, [string, Done]>>().toEqualTypeOf<true>();
expectTypeOf<Takes<typeof lookup, [string]>>().toEqualTypeOf<false>(); // No callback.
expectTypeOf<Takes<typeof lookup, [Done]>>().toEqualTypeOf<false>(); // No host.
expectTypeOf<Takes<typeof lookup, [string, { signal: 1 }, Done]>>().toEqualTypeOf<false>();
expectTypeOf<Takes<typeof promises.lookup, [string, { timeout: string }]>>().toEqualTypeOf<false>();
expectTypeOf<Takes<typeof lookup4, [string, { all: 1 }]>>().toEqualTypeOf<false>();
expectTypeOf<Takes<typeof install, [{ families: 'v4' }]>>().toEqualTypeOf<false>();
