import dns from 'node:dns';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Dispatcher } from 'undici';
import type * as AddrInfo from '../src/index';

/** Called once a lookup: no error, or what went wrong. */
export type Answered = (error: unknown) => void;

/** Resolves one name in the contender's own manner. */
export type Lookup = (name: string, answered: Answered) => void;

/** One way for a Node program to resolve a name. */
interface NodeContender {
  /** As the report shows it. */
  readonly label: string;
  /** Its line in the pictures. */
  readonly color: string;
  /** Environment variables of its process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The statement with which a script loads it, where it has to be loaded. */
  readonly source?: string;
  /** Loads it. */
  open(): Promise<Lookup>;
}

/** limit/gai_bench.c: getaddrinfo called in a loop from so many threads, and nothing else. */
export interface LimitContender {
  readonly label: string;
  readonly color: string;
  readonly threads: number;
  /** A socket for each query, as libc has it, or one for each thread (glibc's RES_STAYOPEN). */
  readonly sockets: 'fresh' | 'kept';
}

export type Contender = NodeContender | LimitContender;

const IPV4 = { family: 4 } as const;

// Every process of the benchmark has the repository as its working directory.
const ROOT = process.cwd();

/** The package as an application gets it: compiled, by require. */
export function loadPackage(): typeof AddrInfo {
  return createRequire(__filename)(ROOT);
}

async function openLookup4(): Promise<Lookup> {
  const { lookup4 } = loadPackage();
  return (name, answered) => {
    lookup4(name).then(() => answered(null), answered);
  };
}

async function openRegister(): Promise<Lookup> {
  createRequire(__filename)(join(ROOT, 'dist', 'register.js'));
  return (name, answered) => dns.lookup(name, answered);
}

async function openDnsLookup4(): Promise<Lookup> {
  return (name, answered) => dns.lookup(name, IPV4, answered);
}

/**
 * A cache in front of dns.lookup, for undici's requests alone. The request stops at the dispatcher behind the
 * interceptor, which gets the address as the request's origin.
 */
async function openUndici(): Promise<Lookup> {
  const { interceptors } = await import('undici');
  const intercept = interceptors.dns({ dualStack: false, affinity: 4 });
  return (name, answered) => {
    const failed: Dispatcher.DispatchHandler = { onResponseError: (_, error) => answered(error) };
    const dispatch = intercept(() => {
      answered(null);
      return true;
    });
    dispatch({ origin: `http://${name}`, path: '/', method: 'GET' }, failed);
  };
}

/** Everything that is compared, in the order of the report. */
export const CONTENDERS = {
  // As http and net call it: A and AAAA.
  'dns-lookup': {
    label: 'dns.lookup',
    color: '#1f4e9c',
    open: async () => (name, answered) => dns.lookup(name, answered),
  },
  'dns-lookup-4': { label: 'dns.lookup family 4', color: '#4f8fe0', open: openDnsLookup4 },
  // libuv gives getaddrinfo half of the pool.
  'dns-lookup-4-threads-64': {
    label: 'dns.lookup family 4, UV_THREADPOOL_SIZE=64',
    color: '#9cc3f5',
    env: { UV_THREADPOOL_SIZE: '64' },
    open: openDnsLookup4,
  },
  // c-ares: no nsswitch, and no search list in this call.
  'dns-resolve4': {
    label: 'dns.resolve4',
    color: '#2c8a4b',
    open: async () => (name, answered) => dns.resolve4(name, answered),
  },
  'cacheable-lookup': {
    label: 'cacheable-lookup',
    color: '#7bbf6a',
    source: "import('cacheable-lookup')",
    async open() {
      const { default: CacheableLookup } = await import('cacheable-lookup');
      const { lookup } = new CacheableLookup();
      return (name, answered) => lookup(name, IPV4, answered);
    },
  },
  'better-lookup': {
    label: 'better-lookup',
    color: '#b5a642',
    source: "require('better-lookup')",
    async open() {
      const { lookup } = await import('better-lookup');
      return (name, answered) => {
        lookup(name, 4, answered);
      };
    },
  },
  'lookup-dns-cache': {
    label: 'lookup-dns-cache',
    color: '#8a8a8a',
    source: "require('lookup-dns-cache')",
    async open() {
      const { lookup } = await import('lookup-dns-cache');
      return (name, answered) => lookup(name, IPV4, answered);
    },
  },
  dnscache: {
    label: 'dnscache',
    color: '#b9b9b9',
    source: "require('dnscache')",
    async open() {
      const { default: enableCache } = await import('dnscache');
      const { lookup } = enableCache({ enable: true, ttl: 300, cachesize: 1000 });
      return (name, answered) => lookup(name, IPV4, answered);
    },
  },
  'undici-dns': {
    label: 'undici dns interceptor, IPv4',
    color: '#8d6cc2',
    source: "require('undici')",
    open: openUndici,
  },
  lookup4: {
    label: 'addrinfo lookup4',
    color: '#d62728',
    source: `require(${JSON.stringify(ROOT)})`,
    open: openLookup4,
  },
  'lookup4-unhedged': {
    label: 'addrinfo lookup4, hedge: false',
    color: '#f0a0a0',
    async open() {
      const { lookup4 } = new (loadPackage().Resolver)({ hedge: false });
      return (name, answered) => {
        lookup4(name).then(() => answered(null), answered);
      };
    },
  },
  'lookup4-threads-64': {
    label: 'addrinfo lookup4, 64 threads',
    color: '#ff7f0e',
    async open() {
      loadPackage().setThreads({ max: 64 });
      return openLookup4();
    },
  },
  // The drop-in, as http and net call it: AAAA only where there is no A.
  lookup: {
    label: 'addrinfo lookup',
    color: '#e377a2',
    async open() {
      const { lookup } = loadPackage();
      return (name, answered) => lookup(name, answered);
    },
  },
  'lookup-dual': {
    label: 'addrinfo lookup, dual',
    color: '#a0522d',
    async open() {
      const { lookup } = new (loadPackage().Resolver)({ families: 'dual' });
      return (name, answered) => lookup(name, answered);
    },
  },
  'lookup-cached': {
    label: 'addrinfo lookup, cache',
    color: '#d62728',
    async open() {
      const { lookup } = new (loadPackage().Resolver)({ families: 'ipv4-only', cache: { ttl: 300_000 } });
      return (name, answered) => lookup(name, answered);
    },
  },
  // Node's own functions, with the package in their place.
  register: { label: 'addrinfo/register', color: '#d62728', open: openRegister },
  'register-unhedged': {
    label: 'addrinfo/register, ADDRINFO_HEDGE=false',
    color: '#f0a0a0',
    env: { ADDRINFO_HEDGE: 'false' },
    open: openRegister,
  },
  'limit-16': { label: 'C, 16 threads', color: '#000000', threads: 16, sockets: 'fresh' },
  'limit-16-kept': { label: 'C, 16 threads, sockets kept', color: '#17a2b8', threads: 16, sockets: 'kept' },
  'limit-64': { label: 'C, 64 threads', color: '#555555', threads: 64, sockets: 'fresh' },
} as const satisfies Record<string, Contender>;

export type ContenderName = keyof typeof CONTENDERS;

/** The contenders of other packages. */
export const PEERS = [
  'cacheable-lookup',
  'better-lookup',
  'lookup-dns-cache',
  'dnscache',
  'undici-dns',
] as const satisfies readonly ContenderName[];

/** Those that are compared where packets are lost or late. */
export const ON_A_FAULTY_NETWORK = [
  'dns-lookup',
  'dns-lookup-4',
  'dns-resolve4',
  'cacheable-lookup',
  'lookup4',
  'lookup4-unhedged',
  'lookup',
  'limit-16',
] as const satisfies readonly ContenderName[];

export function isContenderName(name: string): name is ContenderName {
  return Object.hasOwn(CONTENDERS, name);
}

export function contenderOf(name: ContenderName): Contender {
  return CONTENDERS[name];
}
