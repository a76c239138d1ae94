// Servers as Debian has them. Their configuration goes to the sandbox's own /etc.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SetUp } from './set-up';

const conf = (...lines: readonly string[]): { 'resolv.conf': string } => ({
  'resolv.conf': `${lines.join('\n')}\n`,
});
const AT = '127.0.0.2';
/** Counts the questions that these servers get. */
const TCPDUMP = '/usr/bin/tcpdump';
const FRONT = conf(`nameserver ${AT}`);

type Real = Pick<SetUp, 'daemon' | 'ready' | 'needs' | 'forwards' | 'shell'>;

const written = (file: string, text: string): string => `cat > ${file} <<'END'\n${text}\nEND`;

function unbound(...lines: readonly string[]): Real {
  const text = [
    'server:',
    `  interface: ${AT}`,
    '  do-daemonize: no',
    '  username: ""',
    '  chroot: ""',
    '  pidfile: ""',
    '  use-syslog: no',
    '  do-not-query-localhost: no',
    '  module-config: "iterator"',
    '  local-zone: "test." nodefault',
    ...lines,
  ].join('\n');
  return {
    needs: ['/usr/sbin/unbound', TCPDUMP],
    forwards: true,
    shell: `mkdir -p /etc/unbound\n${written('/etc/unbound/doctor.conf', text)}`,
    daemon: ['unbound', '-d', '-c', '/etc/unbound/doctor.conf'],
  };
}

/** It asks this server. */
export function dnsmasq(upstream: string): Real {
  const options = ['--bind-interfaces', '--no-resolv', '--user=root', '--pid-file'];
  return {
    needs: ['/usr/sbin/dnsmasq', TCPDUMP],
    forwards: true,
    daemon: ['dnsmasq', '--keep-in-foreground', `--listen-address=${AT}`, `--server=${upstream}`, ...options],
  };
}

const FORWARD = ['forward-zone:', '  name: "."', '  forward-addr: 127.0.0.1'];
const TO_NOBODY = ['forward-zone:', '  name: "."', '  forward-addr: 127.0.0.9'];

function named(options: readonly string[], ...zones: readonly string[]): Real {
  const text = [
    'options {',
    '  directory "/etc/bind";',
    '  pid-file none; session-keyfile none; lock-file none;',
    `  listen-on { ${AT}; }; listen-on-v6 { none; };`,
    '  dnssec-validation no;',
    ...options.map((option) => `  ${option}`),
    '};',
    'controls { };',
    ...zones,
  ].join('\n');
  return {
    needs: ['/usr/sbin/named', TCPDUMP],
    forwards: true,
    // It listens on addresses of an interface only.
    shell: `ip addr add ${AT}/32 dev lo\nmkdir -p /etc/bind\n${written('/etc/bind/doctor.conf', text)}`,
    daemon: ['named', '-g', '-c', '/etc/bind/doctor.conf'],
  };
}

/** A server for one zone. */
function knot(): Real {
  const text = `server:
    rundir: /etc/knot/run
    listen: ${AT}@53
database:
    storage: /etc/knot/db
zone:
  - domain: test
    file: /etc/knot/test.zone
    semantic-checks: off
    zonefile-sync: -1
    journal-content: none
`;
  const zone =
    '$ORIGIN test.\n@ 60 SOA ns hostmaster 1 60 60 60 60\n@ 60 NS ns\nns 60 A 10.53.0.9\nwww 60 A 10.53.0.1';
  return {
    needs: ['/usr/sbin/knotd', TCPDUMP],
    shell: `mkdir -p /etc/knot/run /etc/knot/db\n${written('/etc/knot/doctor.conf', text)}\n${written('/etc/knot/test.zone', zone)}`,
    daemon: ['knotd', '-c', '/etc/knot/doctor.conf'],
  };
}

/** Where test/parity/modules/get.mjs has unpacked it. */
const MODULES = join(__dirname, '../../build-modules');
const LIB = join(MODULES, 'usr/lib');
const ARCHITECTURE = existsSync(LIB)
  ? readdirSync(LIB).find((name) => name.endsWith('-linux-gnu'))
  : undefined;
const LIBRARIES = join(LIB, ARCHITECTURE ?? '');
const OWN_RUN = 'mount -t tmpfs run /run && mkdir -p /run/nscd /run/systemd';

/** What resolvectl speaks to it over. */
const BUS = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>`;

/** systemd-resolved, its stub on 127.0.0.53; `dns`: whom it asks. */
function resolved(dns: string): Real & Pick<SetUp, 'env'> {
  const text = `[Resolve]\nDNS=${dns}\nDNSSEC=no\nLLMNR=no\nMulticastDNS=no`;
  const binary = join(MODULES, 'lib/systemd/systemd-resolved');
  return {
    needs: [binary, '/usr/bin/dbus-daemon', TCPDUMP],
    forwards: true,
    // The module that libc loads is there too.
    env: { LD_LIBRARY_PATH: LIBRARIES, ADDRINFO_RESOLVECTL: join(MODULES, 'usr/bin/resolvectl') },
    shell: `${OWN_RUN}\nmkdir -p /etc/systemd /run/dbus\n${written('/run/bus.conf', BUS)}
dbus-daemon --config-file=/run/bus.conf --fork\n${written('/etc/systemd/resolved.conf', text)}
echo 'systemd-resolve:x:990:990::/:/usr/sbin/nologin' >> /etc/passwd
echo 'systemd-resolve:x:990:' >> /etc/group`,
    ready: '127.0.0.53',
    daemon: ['env', `LD_LIBRARY_PATH=${LIBRARIES}:${LIBRARIES}/systemd`, binary],
  };
}

function nscd(): Real {
  const text =
    'enable-cache passwd no\nenable-cache group no\nenable-cache services no\nenable-cache netgroup no\nenable-cache hosts yes\npersistent hosts no\nshared hosts no';
  const binary = join(MODULES, 'usr/sbin/nscd');
  return {
    needs: [binary],
    shell: `${OWN_RUN}\n${written('/etc/nscd.conf', text)}`,
    ready: '/run/nscd/socket',
    daemon: [binary, '-F', '-f', '/etc/nscd.conf'],
  };
}

const STUB = conf('nameserver 127.0.0.53', 'options edns0 trust-ad');
const BY_RESOLVE = 'hosts: files resolve [!UNAVAIL=return] dns\n';
const POD = ['search default.svc.cluster.local svc.cluster.local cluster.local', 'options ndots:5'];

export const REAL_FAULTS: readonly SetUp[] = [
  {
    name: 'unbound with a dead upstream',
    cause: 'dead-forwarder',
    args: ['www.test'],
    etc: conf(`nameserver ${AT}`, 'options timeout:1'),
    special: { '127.0.0.9': 'silent' },
    ...unbound(...TO_NOBODY),
  },
  {
    name: 'unbound that refuses this client',
    cause: 'nameserver-refuses',
    args: ['www.test'],
    etc: FRONT,
    ...unbound('  access-control: 127.0.0.0/8 refuse', ...FORWARD),
    says: 'REFUSED',
  },
  {
    name: 'unbound, eight questions a second',
    cause: 'rate-limited',
    args: ['www.test'],
    etc: conf(`nameserver ${AT}`, 'options timeout:1'),
    ...unbound('  ip-ratelimit: 8', '  ip-ratelimit-factor: 0', ...FORWARD),
  },
  {
    name: 'unbound, a zone that redirects every name, as a search domain',
    cause: 'search-wildcard',
    args: ['api.corp'],
    etc: conf(`nameserver ${AT}`, 'search wild.test', 'options ndots:5'),
    ...unbound(
      '  local-zone: "wild.test." redirect',
      '  local-data: "wild.test. A 10.66.6.6"',
      '  local-data: "api.corp. A 10.1.2.3"',
      ...FORWARD,
    ),
  },
  {
    name: 'bind9 without recursion',
    cause: 'nameserver-refuses',
    args: ['www.test'],
    etc: FRONT,
    ...named(['recursion no;']),
    says: 'REFUSED',
  },
  {
    name: 'bind9 with response rate limiting',
    cause: 'rate-limited',
    args: ['www.test'],
    etc: conf(`nameserver ${AT}`, 'options timeout:1'),
    ...named([
      'forward only; forwarders { 127.0.0.1; };',
      'rate-limit { responses-per-second 3; window 1; slip 0; };',
    ]),
  },
  {
    name: 'bind9, a zone whose file is not there',
    cause: 'name-fails',
    args: ['www.test'],
    etc: FRONT,
    ...named(['forward only; forwarders { 127.0.0.1; };'], 'zone "test" { type primary; file "nowhere"; };'),
    says: 'SERVFAIL',
  },
  {
    name: 'bind9 whose forwarder is dead',
    cause: 'dead-forwarder',
    args: ['www.test'],
    etc: conf(`nameserver ${AT}`, 'options timeout:1'),
    special: { '127.0.0.9': 'silent' },
    ...named(['forward only; forwarders { 127.0.0.9; };']),
  },
  {
    name: 'knot, a name that its zone does not have',
    cause: 'unknown-name',
    args: ['nowhere.test'],
    etc: FRONT,
    ...knot(),
  },
  {
    name: 'systemd-resolved whose upstream is dead',
    cause: 'dead-forwarder',
    args: ['www.test'],
    etc: STUB,
    special: { '127.0.0.9': 'silent' },
    ...resolved('127.0.0.9'),
    says: '127.0.0.53',
  },
  {
    name: 'systemd-resolved, AAAA never answered',
    cause: ['aaaa-lost', 'aaaa-fails'],
    args: ['a-10-1-2-3.drop-aaaa.test'],
    etc: STUB,
    ...resolved('127.0.0.1'),
  },
  {
    name: 'nscd before a dead nameserver',
    cause: 'dead-nameserver',
    args: ['www.test'],
    etc: conf('nameserver 127.0.0.9', 'options timeout:1'),
    special: { '127.0.0.9': 'silent' },
    ...nscd(),
  },
];

export const REAL_HEALTHY: readonly SetUp[] = [
  { name: 'unbound', cause: null, args: ['www.test'], etc: FRONT, ...unbound(...FORWARD) },
  {
    name: 'unbound, a pod',
    cause: null,
    args: ['www.test'],
    etc: conf(`nameserver ${AT}`, ...POD),
    ...unbound('  local-zone: "cluster.local." static', ...FORWARD),
  },
  {
    name: 'bind9, forwarding',
    cause: null,
    args: ['a-10-1-2-3.aaaa-fd00--1.test'],
    etc: FRONT,
    ...named(['forward only; forwarders { 127.0.0.1; };']),
  },
  {
    name: 'bind9 with minimal answers and TCP for long ones',
    cause: null,
    args: ['many-60.test'],
    etc: FRONT,
    ...named(['forward only; forwarders { 127.0.0.1; };', 'minimal-responses yes;']),
  },
  {
    name: 'knot, which serves one zone and refuses the rest',
    cause: null,
    args: ['www.test'],
    etc: FRONT,
    ...knot(),
  },
  {
    name: 'systemd-resolved by its stub',
    cause: null,
    args: ['www.test'],
    etc: STUB,
    ...resolved('127.0.0.1'),
  },
  {
    name: 'systemd-resolved by its module, a name with A alone',
    cause: null,
    args: ['a-10-1-2-3.test'],
    etc: { ...STUB, 'nsswitch.conf': BY_RESOLVE },
    ...resolved('127.0.0.1'),
  },
  { name: 'nscd, a name with A alone', cause: null, args: ['a-10-1-2-3.test'], ...nscd() },
  { name: 'nscd, a name with both', cause: null, args: ['a-10-1-2-3.aaaa-fd00--1.test'], ...nscd() },
];
