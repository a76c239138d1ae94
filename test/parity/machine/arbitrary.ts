import fc from 'fast-check';
import {
  type Host,
  type HostsLine,
  type Nameserver,
  type Reply,
  type SearchDomain,
  type Setup,
  withReplies,
} from './setup';

/** Of what comes first there is most; it is also what a failing case shrinks to. */
function mostly<T>(weight: number, usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

// Far from libc's timeout of 1 s, on either side of our hedges and resolution delay.
const delay = mostly(12, 0, 20, 150, 450);

const reply: fc.Arbitrary<Reply> = fc.record({
  kind: fc.oneof(
    { weight: 14, arbitrary: fc.constantFrom('addresses', 'nodata') },
    { weight: 1, arbitrary: fc.constantFrom('servfail', 'servfail', 'refused', 'lost') },
  ),
  delay,
  first: mostly<Reply['first']>(24, undefined, 'servfail', 'lost'),
});

const host: fc.Arbitrary<Host> = fc.record({
  a: reply,
  aaaa: reply,
  cnames: mostly(5, 0, 1, 2, 3),
  dangling: fc.constant(false),
});

const danglingHost: fc.Arbitrary<Host> = fc
  .tuple(host, fc.integer({ min: 1, max: 2 }))
  .map(([found, cnames]) => ({ ...found, cnames, dangling: true }));

const maybeHost = (weight: number): fc.Arbitrary<Host | undefined> =>
  fc.oneof(
    { weight, arbitrary: fc.constant(undefined) },
    { weight: 10, arbitrary: host },
    { weight: 1, arbitrary: danglingHost },
  );

const searchDomain: fc.Arbitrary<SearchDomain> = fc.record({
  domain: mostly(8, 'a.test', 'ns.svc.cluster.test', 'svc.cluster.test', 'cluster.test', 'b.a.test', '.'),
  host: maybeHost(14),
  wildcard: maybeHost(40),
});

const hostsLine: fc.Arbitrary<HostsLine> = fc.record({
  address: fc.constantFrom(
    '10.5.5.5',
    'fd05::5',
    '10.5.5.6',
    'fd05::6',
    '127.0.0.1',
    '::1',
    '::ffff:10.5.5.7',
  ),
  name: fc.constantFrom('asked', 'asked', 'qualified', 'other'),
  alias: fc.boolean(),
});

const nameserver: fc.Arbitrary<Nameserver> = fc.record({
  kind: mostly<Nameserver['kind']>(20, 'answers', 'silent', 'servfail', 'refused'),
  delay,
});

const NAMES = ['db', 'www.example.test', 'db.ns', 'db.', 'www.example.test.', 'DB', 'my_host', 'localhost'];
const RARE_NAMES = ['sandbox', '123', '123.45', 'a.b.c.d.e.test', '0x7f', 'Db.Ns'];

const NSSWITCH = [
  'files dns files',
  'files dns myhostname',
  'files myhostname dns',
  'files mdns4_minimal [NOTFOUND=return] dns',
  'files resolve [!UNAVAIL=return] dns',
  'files [NOTFOUND=continue] dns [!UNAVAIL=return] files',
  'dns files',
  'dns',
  'files',
  'files [SUCCESS=continue] dns',
];

const generated: fc.Arbitrary<Setup> = fc.record({
  name: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...NAMES) },
    { weight: 1, arbitrary: fc.constantFrom(...RARE_NAMES) },
  ),
  absolute: maybeHost(8),
  search: fc.uniqueArray(searchDomain, { maxLength: 3, selector: ({ domain }) => domain }),
  ndots: fc.constantFrom(1, 5, 2, 0),
  options: fc.oneof(
    { weight: 4, arbitrary: fc.constant<string[]>([]) },
    {
      weight: 1,
      arbitrary: fc.subarray([
        'rotate',
        'single-request',
        'single-request-reopen',
        'edns0',
        'no-aaaa',
        'no-tld-query',
      ]),
    },
  ),
  attempts: fc.constantFrom(2, 1),
  nameservers: fc.oneof(
    { weight: 3, arbitrary: fc.array(nameserver, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(nameserver, { minLength: 2, maxLength: 3 }) },
  ),
  nsswitch: mostly(2, 'files dns', ...NSSWITCH),
  hosts: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(hostsLine, { minLength: 1, maxLength: 3 }) },
  ),
  ipv6Host: mostly(8, false, true),
  addrconfig: fc.boolean(),
  order: mostly<Setup['order']>(5, 'verbatim', 'ipv6first', 'ipv4first'),
  hedge: fc.constantFrom<Setup['hedge']>(false, undefined, 100),
  resolutionDelay: fc.constantFrom(5000, 50),
});

/** What libc may wait for before it gives up, in s. */
function patience({ name, search, attempts, nameservers, absolute }: Setup): number {
  const hosts = [absolute, ...search.flatMap((domain) => [domain.host, domain.wildcard])];
  const isLost = hosts.some((each) => each?.a.kind === 'lost' || each?.aaaa.kind === 'lost');
  const waits = isLost ? nameservers.length : nameservers.filter(({ kind }) => kind === 'silent').length;
  return waits * attempts * (name.endsWith('.') ? 1 : 1 + search.length);
}

/** Up to this it is well before the deadline of 5 s. */
const MOST_PATIENCE = 2;

const answering = (found: Reply): Reply => (found.kind === 'lost' ? { ...found, kind: 'servfail' } : found);

/** Where the system would take too long, what was lost is a failure instead. */
function bounded(setup: Setup): Setup {
  if (patience(setup) <= MOST_PATIENCE) return setup;
  return {
    ...withReplies(setup, answering),
    nameservers: setup.nameservers.map(({ kind, delay: ms }) => ({
      kind: kind === 'silent' ? 'servfail' : kind,
      delay: ms,
    })),
  };
}

/** Of what happens to first queries alone, no more than one: who asks in another order meets others of several. */
function withOneTransient(setup: Setup): Setup {
  let isLeft = true;
  return withReplies(setup, (reply) => {
    if (reply.first === undefined || !isLeft) return { ...reply, first: undefined };
    isLeft = false;
    return reply;
  });
}

export const anySetup: fc.Arbitrary<Setup> = generated.map(bounded).map(withOneTransient);
