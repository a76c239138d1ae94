import { LITERALS_AND_WORSE, NAMES, ODD_NAMES, type Source } from './hosts';

const FAMILY = [
  '0',
  '4',
  '6',
  '5',
  '-1',
  'NaN',
  "'IPv4'",
  "'IPv6'",
  "'4'",
  "'ipv4'",
  'null',
  'undefined',
  'true',
];
const HINTS = [
  '0',
  'dns.ADDRCONFIG',
  'dns.V4MAPPED',
  'dns.ALL',
  'dns.ADDRCONFIG | dns.V4MAPPED | dns.ALL',
  '1',
  '-1',
  '1.9',
  'dns.ADDRCONFIG + 0.5',
  'NaN',
  '2 ** 32',
  'Infinity',
  "'8'",
  'null',
  'undefined',
  '1n',
];
const ALL = ['true', 'false', '0', '1', "'true'", 'null', 'undefined'];
const VERBATIM = ['true', 'false', '0', "'false'", 'null', 'undefined'];
const ORDER = ["'verbatim'", "'ipv4first'", "'ipv6first'", "'x'", "''", '0', 'null', 'undefined'];

/** Every way to write the second argument that a lookup may meet. */
export const OPTIONS: readonly Source[] = [
  'undefined',
  'null',
  '{}',
  '[]',
  '0',
  '4',
  '6',
  '5',
  '-1',
  'NaN',
  "'IPv4'",
  "''",
  "'x'",
  'true',
  'false',
  '1n',
  "Symbol('options')",
  'new Date(0)',
  '/x/',
  ...FAMILY.map((value) => `{ family: ${value} }`),
  ...FAMILY.slice(0, 8).map((value) => `{ family: ${value}, all: true }`),
  ...HINTS.map((value) => `{ hints: ${value} }`),
  ...HINTS.slice(0, 5).map((value) => `{ hints: ${value}, family: 6, all: true }`),
  ...ALL.map((value) => `{ all: ${value} }`),
  ...VERBATIM.map((value) => `{ verbatim: ${value}, all: true }`),
  ...ORDER.map((value) => `{ order: ${value}, all: true }`),
  "{ order: 'ipv6first', verbatim: false, all: true }",
  "{ order: 'verbatim', verbatim: false, all: true }",
  "{ order: 'x', verbatim: 0 }",
  '{ hints: 1, family: 5 }',
  "{ family: 5, all: 0, verbatim: 0, order: 'x' }",
  "{ all: 0, verbatim: 0, order: 'x' }",
  'Object.create({ family: 4, all: true })',
  '{ __proto__: null, family: 6, all: true }',
  'Object.freeze({ family: 4 })',
  'new (class { get family() { return 4; } get all() { return true; } })()',
  "{ get hints() { throw new Error('hints read'); }, get family() { throw new Error('family read'); } }",
  "{ hints: 1, get family() { throw new Error('family read'); } }",
  "{ family: 5, get all() { throw new Error('all read'); } }",
  "{ all: 0, get verbatim() { throw new Error('verbatim read'); } }",
  "{ get verbatim() { throw new Error('verbatim read'); }, get order() { throw new Error('order read'); } }",
  "{ unknown: 1, 'family ': 4 }",
];

const TYPICAL_OPTIONS: readonly Source[] = [
  '{}',
  '{ all: true }',
  '4',
  '6',
  '{ family: 6, all: true }',
  '{ hints: dns.ADDRCONFIG }',
  '{ hints: dns.V4MAPPED | dns.ALL, family: 6, all: true }',
  "{ order: 'ipv4first', all: true }",
  "{ order: 'ipv6first', all: true }",
];

const TYPICAL_HOSTS: readonly Source[] = [
  "'a-10-1-2-3.a-10-1-2-4.aaaa-fd00--1.aaaa-fd00--2.test'",
  "'aaaa-fd00--1.test'",
  "'nodata.test'",
  "'127.0.0.1'",
  "'fd00::1'",
  "''",
  'undefined',
  '1',
  "'xn--a.test'",
];

/** One lookup in each of the forms that it has. */
export function lookupCalls(host: Source, options: Source): Source[] {
  return [`dns.lookup(${host}, ${options}, done)`, `promises.lookup(${host}, ${options})`];
}

const ARITIES: readonly Source[] = [
  'dns.lookup()',
  "dns.lookup('www.test')",
  "dns.lookup('www.test', done)",
  "dns.lookup('www.test', done, {})",
  "dns.lookup('www.test', done, done)",
  "dns.lookup('www.test', {})",
  "dns.lookup('www.test', 4)",
  "dns.lookup('www.test', 5)",
  "dns.lookup('www.test', undefined)",
  "dns.lookup('www.test', null)",
  "dns.lookup('www.test', 'IPv4')",
  "dns.lookup('www.test', true)",
  "dns.lookup('www.test', {}, 1)",
  "dns.lookup('www.test', 4, {})",
  "dns.lookup('www.test', {}, done, 'more')",
  "dns.lookup('www.test', undefined, done)",
  "dns.lookup('127.0.0.1', done)",
  "dns.lookup('127.0.0.1')",
  "dns.lookup('', done)",
  "dns.lookup.call({ a: 1 }, 'www.test', done)",
  "dns.lookup.call(null, 'www.test', 4, done)",
  "new dns.lookup('127.0.0.1', done) && undefined",
  'promises.lookup()',
  "promises.lookup('www.test')",
  "promises.lookup('www.test', () => {})",
  "promises.lookup('www.test', {}, done)",
  "promises.lookup.call(null, 'www.test')",
  'promisified.lookup()',
  "promisified.lookup('www.test')",
  "promisified.lookup('www.test', 'IPv4')",
  "promisified.lookup('www.test', { family: 'IPv4' })",
  "promisified.lookup('www.test', { all: true })",
  "promisified.lookup('127.0.0.1')",
  "promisified.lookup('')",
  'promisified.lookup(1)',
  "promisified.lookup('nodata.test', 4)",
  'dns.lookup.length + promises.lookup.length * 10',
  'dns.lookup.name + promises.lookup.name',
  'dns.lookupService.length + promises.lookupService.length * 10',
  'dns.lookupService.name + promises.lookupService.name',
  "JSON.stringify(Object.getOwnPropertyDescriptor(dns, 'lookup'))",
  "JSON.stringify(Object.getOwnPropertyDescriptor(dns.promises, 'lookup'))",
  'Object.keys(dns).join()',
  'Object.keys(dns.promises).join()',
  'Object.keys(dns.lookup).join()',
];

// No object that reads as an address: Node 20 and 22 abort on it.
const ADDRESSES: readonly Source[] = [
  "'127.0.0.1'",
  "'::1'",
  "'10.1.2.3'",
  "'fd00::1'",
  "'10.99.0.1'",
  "'fd99::1'",
  "'10.97.0.1'",
  "'fe80::1%lo'",
  "'::ffff:10.1.2.3'",
  "'1.2.3'",
  "'www.test'",
  "''",
  'undefined',
  'null',
  '1',
  '{}',
];

const PORTS: readonly Source[] = [
  '22',
  "'22'",
  "'0x50'",
  "' 80 '",
  '0',
  '65535',
  '65536',
  '-1',
  '1.5',
  'NaN',
  "''",
  "' '",
  "'http'",
  'null',
  'undefined',
  'true',
  '80n',
];

function serviceCalls(address: Source, port: Source): Source[] {
  return [`dns.lookupService(${address}, ${port}, done)`, `promises.lookupService(${address}, ${port})`];
}

const SERVICE_ARITIES: readonly Source[] = [
  'dns.lookupService()',
  "dns.lookupService('127.0.0.1', 22)",
  "dns.lookupService('127.0.0.1', 22, undefined)",
  "dns.lookupService('127.0.0.1', 22, {})",
  "dns.lookupService('127.0.0.1', 22, done, 1)",
  "dns.lookupService('x', -1, undefined)",
  "dns.lookupService('127.0.0.1', -1, undefined)",
  'promises.lookupService()',
  "promises.lookupService('127.0.0.1')",
  "promises.lookupService('127.0.0.1', 22, done)",
  "promises.lookupService('x', -1)",
  'promisified.lookupService()',
  "promisified.lookupService('127.0.0.1', 22)",
  "promisified.lookupService('10.99.0.1', 22)",
];

/** Every shape of `dns.lookupService` and its kin, as source. */
export const SERVICE_CALLS: readonly Source[] = [
  ...SERVICE_ARITIES,
  ...ADDRESSES.flatMap((address) => serviceCalls(address, '22')),
  ...PORTS.flatMap((port) => serviceCalls("'10.1.2.3'", port)),
  ...PORTS.flatMap((port) => serviceCalls("'x'", port)),
];

/** Every shape of `dns.lookup` and its kin, as source. */
export const LOOKUP_CALLS: readonly Source[] = [
  ...ARITIES,
  ...[...NAMES, ...ODD_NAMES, ...LITERALS_AND_WORSE].flatMap((host) =>
    TYPICAL_OPTIONS.flatMap((options) => lookupCalls(host, options)),
  ),
  ...TYPICAL_HOSTS.flatMap((host) => OPTIONS.flatMap((options) => lookupCalls(host, options))),
];

/** Those whose answer depends on the default result order. */
export const ORDERED_CALLS: readonly Source[] = [...NAMES, "'1.2.3'"].flatMap((host) =>
  ['{}', '{ all: true }', '{ verbatim: false, all: true }', "{ order: 'ipv6first', all: true }"].flatMap(
    (options) => lookupCalls(host, options),
  ),
);
