import { describe, expect, test } from 'vitest';
import { resolverConfig } from '../../../src/cli/doctor/facts/resolver-config';
import type { System } from '../../../src/cli/doctor/facts/system';
import type { Evidence } from '../../../src/cli/doctor/probing/evidence';
import { newHost, newServer } from '../../../src/cli/doctor/probing/matrix';
import type { Reply } from '../../../src/cli/doctor/probing/question';
import { Session } from '../../../src/cli/doctor/probing/session';
import { diagnose } from '../../../src/cli/doctor/verdicts/diagnose';
import type { Sample } from '../../../src/cli/probe';

function systemOf(text: string, addresses: System['addresses']): System {
  const libc = { name: 'glibc', version: '2.36' } as const;
  return {
    platform: 'linux',
    libc,
    takesNameservers: true,
    resolvConf: text,
    resolvConfError: undefined,
    nsswitch: 'hosts: files dns',
    hosts: '',
    gaiConf: '',
    config: resolverConfig({ text, libc, hostname: 'pod', resOptions: undefined, localDomain: undefined }),
    env: {},
    kernel: '',
    addresses,
    has: () => false,
  };
}

interface Said {
  readonly rcode?: string;
  readonly error?: string;
  readonly addresses?: readonly string[];
  readonly ms?: number;
}

/** Who says what: `server`, name in full, type. */
type Answers = (server: string, name: string, type: 'A' | 'AAAA' | 'NS') => Said;

function reply(server: string, name: string, type: 'A' | 'AAAA' | 'NS', said: Said): Reply {
  const { ms = 1, addresses = [], ...rest } = said;
  return { server, name, type, transport: 'udp', at: 0, ms, addresses, truncated: false, ...rest };
}

const SILENCE: Said = { error: 'TIMEOUT', ms: 5000 };
const found = (...addresses: readonly string[]): Said => ({ rcode: 'NOERROR', addresses });

function causes(
  text: string,
  host: string,
  answers: Answers,
  lookups: readonly Partial<Sample>[] = [],
  random: Readonly<Record<string, readonly Said[]>> = {},
  addresses: System['addresses'] = [],
): string[] {
  const session = new Session(systemOf(text, addresses));
  const evidence: Evidence = {
    servers: session.system.config.nameservers.map(newServer),
    hosts: [newHost(host, session)],
  };
  for (const { address, root } of evidence.servers)
    root.push(reply(address, '.', 'NS', answers(address, '.', 'NS')));
  for (const [domain, said] of Object.entries(random)) {
    for (const server of evidence.servers)
      server.random.set(
        domain,
        said.map((one) => reply(server.address, `random.${domain}`, 'A', one)),
      );
  }
  for (const { candidates } of evidence.hosts) {
    for (const { server, name, type, udp } of candidates.flatMap(({ cells }) => cells)) {
      udp.push(reply(server, name, type, answers(server, name, type)));
    }
  }
  const usual: Sample = { family: 4, at: 0, ms: 1, outcome: 'answered', addresses: ['10.1.2.3'] };
  evidence.hosts[0]?.lookups.push(...lookups.map((lookup) => ({ ...usual, ...lookup })));
  const of = { system: session.system, evidence, wait: 5000, clashes: 0, guessed: false };
  const { servers, hosts } = diagnose(of);
  return [...servers, ...hosts].map(({ id }) => id);
}

const ONE = 'nameserver 10.0.0.1';
const TWO = `${ONE}\nnameserver 10.0.0.2`;

describe('diagnose', () => {
  test('of answers to everything says nothing', () => {
    expect(
      causes(ONE, 'www.test', (_server, _name, type) => (type === 'A' ? found('10.1.2.3') : found())),
    ).toEqual([]);
  });

  test('of a silent first nameserver names it, and no symptom beside it', () => {
    const answers: Answers = (server, _name, type) =>
      server === '10.0.0.1' ? SILENCE : type === 'A' ? found('10.1.2.3') : found();
    expect(causes(TWO, 'www.test', answers, Array(9).fill({ ms: 5001 }))).toEqual(['dead-nameserver']);
  });

  test('of a closed port and of no route tells them from silence', () => {
    const failing =
      (error: string): Answers =>
      () => ({ error, ms: 1 });
    expect(causes(ONE, 'www.test', failing('ECONNREFUSED'))).toEqual(['closed-port']);
    expect(causes(ONE, 'www.test', failing('ENETUNREACH'))).toEqual(['unreachable-nameserver']);
  });

  test('of one name without answer blames the name where the root is answered, else the upstream', () => {
    expect(causes(ONE, 'www.test', (_server, _name, type) => (type === 'NS' ? found() : SILENCE))).toEqual([
      'dead-name',
    ]);
    const upstream: Answers = (_server, _name, type) => (type === 'NS' ? { rcode: 'SERVFAIL' } : SILENCE);
    expect(causes(ONE, 'www.test', upstream)).toEqual(['dead-forwarder']);
  });

  test('of AAAA without answer says that AAAA is lost, of A that A is', () => {
    const without =
      (lost: 'A' | 'AAAA'): Answers =>
      (_server, _name, type) =>
        type === lost ? SILENCE : found('fd00::1');
    expect(causes(ONE, 'www.test', without('AAAA'))).toEqual(['aaaa-lost']);
    expect(causes(ONE, 'www.test', without('A'))).toEqual(['a-lost']);
  });

  test('of a search domain without answer blames the domain', () => {
    const answers: Answers = (_server, name, type) =>
      name.endsWith('dead.test.') ? SILENCE : type === 'A' ? found('10.1.2.3') : found();
    expect(causes(`${ONE}\nsearch dead.test\noptions ndots:5`, 'api.corp', answers)).toEqual([
      'search-domain-dead',
    ]);
  });

  test('of NXDOMAIN for AAAA alone says so', () => {
    const answers: Answers = (_server, _name, type) =>
      type === 'AAAA' ? { rcode: 'NXDOMAIN' } : type === 'A' ? found('10.1.2.3') : found();
    expect(causes(ONE, 'www.test', answers)).toEqual(['aaaa-nxdomain']);
  });

  test('of addresses of one network from two servers says nothing, of others that they disagree', () => {
    const from =
      (second: string): Answers =>
      (server, _name, type) =>
        type === 'A' ? found(server === '10.0.0.1' ? '10.20.1.1' : second) : found();
    expect(causes(TWO, 'www.test', from('10.20.9.9'))).toEqual([]);
    expect(causes(TWO, 'www.test', from('10.99.1.1'))).toEqual(['nameservers-disagree']);
  });

  test('of one stall in many lookups says packet loss, of the first alone that the first was slow', () => {
    const well: Answers = (_server, _name, type) => (type === 'A' ? found('10.1.2.3') : found());
    const quick: Partial<Sample>[] = Array(20).fill({});
    expect(causes(ONE, 'www.test', well, [...quick, { ms: 5001, family: 0 }])).toEqual(['packet-loss']);
    expect(causes(ONE, 'www.test', well, [{ ms: 5001, family: 0 }, ...quick])).toEqual(['first-lookup-slow']);
  });

  test('of pairs that stall and single questions that do not says the conntrack race', () => {
    const well: Answers = (_server, _name, type) => (type === 'A' ? found('10.1.2.3') : found());
    const lookups = [
      ...Array(20).fill({}),
      ...Array(5).fill({ family: 0, ms: 5001 }),
      ...Array(15).fill({ family: 0 }),
    ];
    expect(causes(ONE, 'www.test', well, lookups)).toEqual(['conntrack-race']);
  });

  test('of a short name that the search list has does not judge the name as it is', () => {
    const answers: Answers = (_server, name, type) =>
      name === 'redis.cluster.local.' && type === 'A'
        ? found('10.96.0.5')
        : name.endsWith('cluster.local.')
          ? found()
          : { rcode: 'SERVFAIL' };
    expect(causes(`${ONE}\nsearch cluster.local\noptions ndots:5`, 'redis', answers, [{}, {}])).toEqual([]);
  });

  test('of a root that is never answered for does not say that packets are lost', () => {
    const answers: Answers = (_server, _name, type) =>
      type === 'NS' ? SILENCE : type === 'A' ? found('10.1.2.3') : found();
    expect(causes(ONE, 'www.test', answers, Array(9).fill({}))).toEqual([]);
  });

  test('of the name as it is, asked in vain before a search domain has it, says so', () => {
    const asIs =
      (said: Said): Answers =>
      (_server, name, type) =>
        name === 'db.corp.' ? said : type === 'A' ? found('10.1.2.3') : found();
    const text = `${ONE}\nsearch corp.local`;
    expect(causes(text, 'db.corp', asIs(SILENCE), Array(9).fill({ ms: 5001 }))).toEqual(['dead-name']);
    expect(causes(text, 'db.corp', asIs({ rcode: 'NXDOMAIN', ms: 900 }), Array(9).fill({ ms: 901 }))).toEqual(
      ['slow-name'],
    );
  });

  test('of a wildcard whose addresses rotate, or are IPv6 alone, finds the wildcard', () => {
    const session = `${ONE}\nsearch wild.test\noptions ndots:5`;
    for (const [type, one, other] of [
      ['A', '10.66.6.1', '10.66.6.2'],
      ['AAAA', 'fd66::1', 'fd66::2'],
    ] as const) {
      const answers: Answers = (_server, name, asked) =>
        asked === type && name.endsWith('wild.test.') ? found(one) : found();
      expect(causes(session, 'api.corp', answers, [], { 'wild.test.': [found(other)] })).toEqual([
        'search-wildcard',
      ]);
    }
  });

  test('with rotate, finds a slow search domain that lookups of A alone have met', () => {
    const slowAtSecond: Answers = (server, name) => {
      if (name !== 'www.test.slow.test.') return found('10.1.2.3');
      return { rcode: 'NXDOMAIN', ms: server === '10.0.0.2' ? 900 : 1 };
    };
    const search = `${TWO}\nsearch slow.test\noptions ndots:5 rotate`;
    const lookups: Partial<Sample>[] = [{ family: 4, ms: 902 }, { family: 4 }, { family: 0 }, { family: 0 }];
    expect(causes(search, 'www.test', slowAtSecond, lookups)).toEqual(['search-domain-slow']);
  });

  test('with rotate, looks at each server; a warning counts where lookups show it', () => {
    const second =
      (said: Said): Answers =>
      (server, _name, type) =>
        type === 'AAAA' && server === '10.0.0.2' ? said : type === 'A' ? found('10.1.2.3') : found();
    const rotate = `${TWO}\noptions rotate`;
    const half = [{}, {}, {}, { ms: 5001, family: 0 }] as const;
    expect(causes(rotate, 'www.test', second(SILENCE), half)).toEqual(['aaaa-lost']);
    expect(causes(TWO, 'www.test', second(SILENCE), [{}, {}])).toEqual([]);
    expect(causes(rotate, 'www.test', second({ rcode: 'SERVFAIL' }), [{}, {}])).toEqual([]);
  });

  test('of servers that differ in AAAA alone says so; one that leaves AAAA out means to', () => {
    const second =
      (six: Said): Answers =>
      (server, _name, type) =>
        type === 'A' ? found('10.1.2.3') : server === '10.0.0.2' ? six : found('fd00::1');
    expect(causes(TWO, 'www.test', second(found('fd99::1')))).toEqual(['nameservers-disagree']);
    expect(causes(TWO, 'www.test', second(found()))).toEqual([]);
  });

  test('of NXDOMAIN now and then says that it is now and then', () => {
    const answers: Answers = () => ({ rcode: 'NXDOMAIN' });
    const half = [{}, { outcome: 'nxdomain', addresses: [] }] as const;
    expect(causes(ONE, 'www.test', answers, [...half, ...half])).toEqual(['intermittent-errors']);
  });

  test('of addresses of a family that this host has none of says that it cannot connect', () => {
    const four: Answers = (_server, _name, type) => (type === 'A' ? found('10.1.2.3') : found());
    const six: Answers = (_server, _name, type) => (type === 'AAAA' ? found('fd00::1') : found());
    const link = { netmask: '', mac: '', cidr: null, internal: false } as const;
    const onlyIpv4 = [{ ...link, family: 'IPv4', address: '10.0.0.9' }] as const;
    const onlyIpv6 = [{ ...link, family: 'IPv6', address: 'fd00::9', scopeid: 0 }] as const;
    expect(causes(ONE, 'www.test', four, [], {}, onlyIpv6)).toEqual(['no-ipv4-route']);
    expect(causes(ONE, 'www.test', six, [], {}, onlyIpv4)).toEqual(['no-ipv6-route']);
    expect(causes(ONE, 'www.test', four, [], {}, onlyIpv4)).toEqual([]);
  });

  test('of lookups that all stall says that they do, and calls it no chance', () => {
    const well: Answers = (_server, _name, type) => (type === 'A' ? found('10.1.2.3') : found());
    expect(causes(ONE, 'www.test', well, Array(9).fill({ ms: 5001, outcome: 'failed' }))).toEqual([
      'lookups-stall',
    ]);
  });
});
