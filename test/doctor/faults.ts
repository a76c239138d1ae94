import { dnsmasq, REAL_FAULTS } from './real-servers';
import type { SetUp } from './set-up';

const NAME = 'a-10-1-2-3.test';
const SOON = { RES_OPTIONS: 'timeout:1' };
const conf = (...lines: readonly string[]): { 'resolv.conf': string } => ({
  'resolv.conf': `${lines.join('\n')}\n`,
});
const nameservers = (...addresses: readonly string[]): string =>
  addresses.map((address) => `nameserver ${address}`).join('\n');

/** The names as they are, a server that answers by them. */
const names: readonly SetUp[] = [
  { name: 'AAAA never answered', cause: 'aaaa-lost', args: ['a-10-1-2-3.drop-aaaa.test'] },
  {
    name: 'AAAA never answered, timeout:1',
    cause: 'aaaa-lost',
    args: ['a-10-1-2-3.drop-aaaa.test'],
    env: SOON,
  },
  { name: 'A never answered', cause: 'a-lost', args: ['aaaa-fd00--1.drop-a.test'], env: SOON },
  { name: 'one dead name, others fine', cause: 'dead-name', args: ['drop.test'], env: SOON },
  { name: 'one dead name beside a good one', cause: 'dead-name', args: ['drop.test', 'www.test'], env: SOON },
  { name: 'a name that takes 3 s', cause: 'slow-name', args: ['a-10-1-2-3.delay-3000.test'] },
  { name: 'a name that takes 300 ms', cause: 'slow-name', args: ['a-10-1-2-3.delay-300.test'] },
  { name: 'only AAAA takes 400 ms', cause: 'aaaa-slow', args: ['a-10-1-2-3.delay-aaaa-400.test'] },
  { name: 'AAAA gets NXDOMAIN', cause: 'aaaa-nxdomain', args: ['a-10-1-2-3.nxdomain-aaaa.test'] },
  { name: 'AAAA gets SERVFAIL', cause: 'aaaa-fails', args: ['a-10-1-2-3.servfail-aaaa.test'] },
  { name: 'AAAA gets REFUSED', cause: 'aaaa-fails', args: ['a-10-1-2-3.refused-aaaa.test'] },
  { name: 'a name gets SERVFAIL', cause: 'name-fails', args: ['servfail.test'] },
  {
    name: 'a name gets REFUSED',
    cause: 'name-fails',
    args: ['refused.test'],
    says: 'REFUSED',
  },
  { name: 'a name that does not exist', cause: 'unknown-name', args: ['nxdomain.test'] },
  { name: 'a name without address', cause: 'no-address', args: ['nodata.test'] },
  {
    name: 'the first A packet lost',
    cause: ['first-lookup-slow', 'packet-loss'],
    args: ['a-10-1-2-3.drop-a-first-1.test'],
  },
  {
    name: 'the first 12 answers take 3 s',
    cause: ['slow-name', 'sometimes-slow'],
    args: ['a-10-1-2-3.delay-first-12-3000.test'],
  },
  { name: '5 % loss', cause: 'packet-loss', args: ['a-10-1-2-3.loss-5-seed-3.test'], env: SOON },
  { name: '20 % loss', cause: 'packet-loss', args: ['a-10-1-2-3.loss-20-seed-4.test'], env: SOON },
  {
    name: 'SERVFAIL after a while',
    cause: ['intermittent-errors', 'name-fails'],
    args: ['a-10-1-2-3.servfail-after-12.test'],
  },
  { name: 'AAAA only, no IPv6 here', cause: 'no-ipv6-route', args: ['aaaa-fd00--1.test'], ipv6: false },
];

const searchPaths: readonly SetUp[] = [
  {
    name: 'AAAA of a search domain lost, ndots:5',
    cause: 'search-domain-dead',
    args: [NAME],
    etc: conf('nameserver 127.0.0.1', 'search drop-aaaa.nxdomain-a.test', 'options ndots:5'),
  },
  {
    name: 'a single label, dead search domain',
    cause: 'search-domain-dead',
    remains: ['unknown-name'],
    args: ['redis'],
    etc: conf('nameserver 127.0.0.1', 'search drop.test'),
  },
  {
    name: 'a pod, fourth search domain dead',
    cause: 'search-domain-dead',
    args: ['www.test'],
    etc: conf(
      'nameserver 127.0.0.1',
      'search default.svc.cluster.local svc.cluster.local cluster.local drop.test',
      'options ndots:5',
    ),
  },
  {
    name: 'three slow search domains',
    cause: 'search-domain-slow',
    args: [NAME],
    etc: conf(
      'nameserver 127.0.0.1',
      'search nxdomain.delay-900.test nxdomain.delay-901.test nxdomain.delay-902.test',
      'options ndots:5',
    ),
  },
  {
    name: 'a wildcard in a search domain',
    cause: 'search-wildcard',
    args: ['api.corp'],
    etc: conf('nameserver 127.0.0.2', 'search wild.test', 'options ndots:5'),
    special: { '127.0.0.2': 'wildcard' },
  },
  {
    name: 'search domain not served by a dead zone',
    cause: 'search-domain-dead',
    args: ['www.example'],
    etc: conf('nameserver 127.0.0.2', 'search dead.test', 'options ndots:5 timeout:1'),
    special: { '127.0.0.2': 'dead-zone' },
  },
  {
    name: 'search domain answers SERVFAIL',
    cause: ['search-domain-fails', 'unknown-name'],
    remains: ['unknown-name'],
    args: ['redis'],
    etc: conf('nameserver 127.0.0.1', 'search servfail.test'),
  },
];

const servers: readonly SetUp[] = [
  {
    name: 'first of two nameservers silent',
    cause: 'dead-nameserver',
    args: ['www.test'],
    etc: conf(nameservers('127.0.0.3', '127.0.0.1'), 'options timeout:1'),
    special: { '127.0.0.3': 'silent' },
    says: 'every lookup waits 1.00 s first',
  },
  {
    name: 'first of two drops these names',
    cause: ['dead-nameserver', 'dead-forwarder'],
    args: ['www.test'],
    etc: conf(nameservers('127.0.0.3', '127.0.0.1'), 'options timeout:1'),
    servers: { '127.0.0.3': 'drop' },
    says: '127.0.0.3',
  },
  {
    name: 'second of two silent',
    cause: 'dead-nameserver',
    args: ['www.test'],
    etc: conf(nameservers('127.0.0.1', '127.0.0.3')),
    special: { '127.0.0.3': 'silent' },
  },
  {
    name: 'rotate, second of two silent',
    cause: 'dead-nameserver',
    args: ['www.test'],
    etc: conf(nameservers('127.0.0.1', '127.0.0.3'), 'options rotate timeout:1'),
    special: { '127.0.0.3': 'silent' },
    says: 'with rotate',
  },
  {
    name: 'two of three silent',
    cause: 'dead-nameserver',
    args: ['www.test'],
    etc: conf(nameservers('127.0.0.3', '127.0.0.4', '127.0.0.1'), 'options timeout:1'),
    special: { '127.0.0.3': 'silent', '127.0.0.4': 'silent' },
  },
  {
    name: 'the only one silent',
    cause: 'dead-nameserver',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.3', 'options timeout:1'),
    special: { '127.0.0.3': 'silent' },
  },
  {
    name: 'closed port',
    cause: 'closed-port',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.7'),
    says: 'ECONNREFUSED',
  },
  {
    name: 'first of two closed',
    cause: 'closed-port',
    args: ['www.test'],
    etc: conf(nameservers('127.0.0.7', '127.0.0.1')),
  },
  {
    name: 'no route to the only nameserver',
    cause: 'unreachable-nameserver',
    args: ['www.test'],
    etc: conf('nameserver 198.51.100.1'),
    says: 'ENETUNREACH',
  },
  {
    name: 'the server refuses',
    cause: 'nameserver-refuses',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.2'),
    special: { '127.0.0.2': 'refuses' },
    says: 'REFUSED',
  },
  {
    name: 'upstream dead, silent',
    cause: 'dead-forwarder',
    // The server that takes its place does not know this name.
    remains: ['unknown-name'],
    args: ['www.example'],
    etc: conf('nameserver 127.0.0.2', 'options timeout:1'),
    special: { '127.0.0.2': 'upstream-dead' },
  },
  {
    name: 'upstream dead, SERVFAIL',
    cause: 'dead-forwarder',
    // The server that takes its place does not know this name.
    remains: ['unknown-name'],
    args: ['www.example'],
    etc: conf('nameserver 127.0.0.2'),
    special: { '127.0.0.2': 'upstream-servfail' },
  },
  {
    name: 'a cluster whose upstream is dead',
    cause: 'dead-forwarder',
    args: ['redis', 'www.example'],
    etc: conf(
      'nameserver 127.0.0.2',
      'search default.svc.cluster.local svc.cluster.local cluster.local',
      'options ndots:5 timeout:1',
    ),
    special: { '127.0.0.2': 'cluster-only' },
  },
  {
    name: 'timeout:1, the server takes 1.3 s',
    cause: ['slow-nameserver', 'timeout-too-short'],
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.2', 'options timeout:1'),
    special: { '127.0.0.2': 'slow-1300' },
  },
  {
    name: 'timeout:1, the name takes 1.3 s',
    cause: ['slow-nameserver', 'slow-name', 'timeout-too-short'],
    args: ['a-10-1-2-3.delay-1300.test'],
    env: SOON,
  },
  {
    name: 'a slow server',
    cause: 'slow-nameserver',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.2'),
    special: { '127.0.0.2': 'slow-400' },
  },
  {
    name: 'truncated, TCP refused',
    cause: 'tcp-closed',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.2', 'options timeout:1'),
    special: { '127.0.0.2': 'many-tcp-closed' },
    mended: { special: { '127.0.0.2': 'many-well' } },
    says: 'TCP',
  },
  {
    name: 'truncated, TCP dropped',
    cause: 'tcp-closed',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.2', 'options timeout:1'),
    special: { '127.0.0.2': 'many-tcp-silent' },
    mended: { special: { '127.0.0.2': 'many-well' } },
  },
  {
    name: 'big UDP answers lost, edns0',
    cause: 'big-answers-lost',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.2', 'options timeout:1 edns0'),
    special: { '127.0.0.2': 'big-lost' },
  },
  {
    name: 'two servers disagree',
    cause: 'nameservers-disagree',
    args: ['www.test'],
    etc: conf(nameservers('127.0.0.1', '127.0.0.2')),
    special: { '127.0.0.2': 'stale' },
  },
  {
    name: 'one of three is stale',
    cause: 'nameservers-disagree',
    args: ['www.test'],
    etc: conf(nameservers('127.0.0.3', '127.0.0.2', '127.0.0.4')),
    special: { '127.0.0.2': 'stale', '127.0.0.3': 'well', '127.0.0.4': 'well' },
    says: '127.0.0.2',
  },
  {
    name: 'one of two does not know the name',
    cause: 'nameservers-disagree',
    args: ['www.test'],
    etc: conf(nameservers('127.0.0.1', '127.0.0.2')),
    special: { '127.0.0.2': 'knows-nothing' },
    says: 'does not know',
  },
  {
    name: 'the first of two does not know the name',
    cause: 'nameservers-disagree',
    args: ['www.test'],
    etc: conf(nameservers('127.0.0.2', '127.0.0.1')),
    special: { '127.0.0.2': 'knows-nothing' },
  },
  {
    name: 'eight questions a second',
    cause: 'rate-limited',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.2', 'options timeout:1'),
    special: { '127.0.0.2': 'limit-8' },
  },
  {
    name: 'AAAA dropped by the server',
    cause: 'aaaa-lost',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.2'),
    special: { '127.0.0.2': 'aaaa-silent' },
  },
  {
    name: 'dnsmasq with a dead upstream',
    cause: 'dead-forwarder',
    // The server that takes its place does not know this name.
    remains: ['unknown-name'],
    args: ['www.example'],
    etc: conf('nameserver 127.0.0.2', 'options timeout:1'),
    special: { '127.0.0.9': 'silent' },
    ...dnsmasq('127.0.0.9'),
  },
  {
    name: 'packets to the nameserver dropped by a firewall',
    cause: 'dead-nameserver',
    args: ['www.test'],
    env: SOON,
    shell:
      'nft add table ip t; nft add chain ip t in "{ type filter hook input priority 0; }"; nft add rule ip t in udp dport 53 drop',
  },
  {
    name: 'TCP to the nameserver dropped by a firewall, long answer',
    cause: 'tcp-closed',
    args: ['many-60.test'],
    env: SOON,
    mended: { shell: 'true' },
    shell:
      'nft add table ip t; nft add chain ip t in "{ type filter hook input priority 0; }"; nft add rule ip t in tcp dport 53 drop',
  },
];

const files: readonly SetUp[] = [
  {
    name: 'a stale hosts line',
    cause: 'stale-hosts-line',
    args: ['www.test'],
    etc: { hosts: '127.0.0.1 localhost\n10.9.9.9 www.test\n' },
    says: 'hosts file',
  },
  { name: 'no nameserver', cause: 'no-nameserver', args: ['www.test'], etc: conf('search corp.test') },
  {
    name: 'an indented nameserver line',
    cause: 'no-nameserver',
    args: ['www.test'],
    etc: conf('  nameserver 127.0.0.1'),
  },
  {
    name: 'resolv.conf with CRLF',
    cause: 'resolv-conf-crlf',
    args: ['redis'],
    etc: { 'resolv.conf': 'nameserver 127.0.0.1\r\nsearch default.svc.cluster.local\r\n' },
    says: 'CRLF',
  },
  {
    name: 'nsswitch without dns',
    cause: 'nsswitch-without-dns',
    args: ['www.test'],
    etc: { 'nsswitch.conf': 'hosts: files\n' },
  },
  {
    name: 'hosts: dns files, the DNS dead',
    cause: 'dead-nameserver',
    args: ['localhost'],
    etc: { ...conf('nameserver 127.0.0.3', 'options timeout:1'), 'nsswitch.conf': 'hosts: dns files\n' },
    special: { '127.0.0.3': 'silent' },
    says: 'before the hosts file',
  },
  {
    name: 'a nameserver line that is no address',
    cause: 'invalid-nameserver',
    args: ['www.test'],
    etc: conf('nameserver dns.test', 'nameserver 127.0.0.1'),
  },
];

/** Where remedies are written in the way of the place. */
const places: readonly SetUp[] = [
  {
    name: 'a pod, AAAA never answered',
    cause: 'aaaa-lost',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.2', 'search default.svc.cluster.local', 'options ndots:1 timeout:1'),
    special: { '127.0.0.2': 'aaaa-silent' },
  },
  {
    name: 'a pod, AAAA gets NXDOMAIN',
    cause: 'aaaa-nxdomain',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.2', 'search default.svc.cluster.local', 'options ndots:5'),
    special: { '127.0.0.2': 'aaaa-nxdomain' },
    mended: { special: { '127.0.0.2': 'a-only' } },
  },
  {
    name: 'a pod, first of two nameservers silent',
    cause: 'dead-nameserver',
    args: ['www.test'],
    etc: conf(
      nameservers('127.0.0.3', '127.0.0.1'),
      'search default.svc.cluster.local',
      'options ndots:5 timeout:1',
    ),
    special: { '127.0.0.3': 'silent' },
  },
  {
    name: 'docker, AAAA never answered',
    cause: 'aaaa-lost',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.11', 'options timeout:1'),
    special: { '127.0.0.11': 'aaaa-silent' },
    docker: true,
  },
  {
    name: 'docker, the embedded server gets no answer',
    cause: 'dead-forwarder',
    args: ['www.example'],
    etc: conf('nameserver 127.0.0.11', 'options timeout:1 ndots:0'),
    special: { '127.0.0.11': 'upstream-dead' },
    docker: true,
    // The server that takes its place does not know this name.
    remains: ['unknown-name'],
  },
  {
    name: 'docker, two dead search domains',
    cause: 'search-domain-dead',
    args: ['www.test'],
    etc: conf(
      'nameserver 127.0.0.1',
      'search drop.test drop.corp nxdomain.test',
      'options ndots:5 timeout:1',
    ),
    docker: true,
  },
  {
    name: 'resolv.conf that this user cannot read',
    cause: 'resolv-conf-unreadable',
    args: ['www.test'],
    resolvConfMode: 0o000,
    unprivileged: true,
  },
  {
    name: 'timeout:1, the name takes 3 s',
    cause: 'timeout-too-short',
    args: ['a-10-1-2-3.delay-3000.test'],
    etc: conf('nameserver 127.0.0.1', 'options timeout:1'),
    remains: ['slow-name'],
  },
  {
    name: 'one of the servers behind the nameserver is slow',
    cause: 'sometimes-slow',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.2'),
    special: { '127.0.0.2': 'sometimes-slow' },
  },
];

/** Each with its true cause. */
export const FAULTS: readonly SetUp[] = [
  ...names,
  ...searchPaths,
  ...servers,
  ...files,
  ...places,
  ...REAL_FAULTS,
];
