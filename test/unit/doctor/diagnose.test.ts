import { describe, expect, test } from 'vitest';
import { resolverConfig } from '../../../src/cli/doctor/facts/resolver-config';
import type { System } from '../../../src/cli/doctor/facts/system';
import type { Evidence } from '../../../src/cli/doctor/probing/evidence';
import { newHost, newServer } from '../../../src/cli/doctor/probing/matrix';
import type { Reply } from '../../../src/cli/doctor/probing/question';
import { Session } from '../../../src/cli/doctor/probing/session';
import { diagnose } from '../../../src/cli/doctor/verdicts/diagnose';
import type { Sample } from '../../../src/cli/probe';

function systemOf(text: string, hosts = ''): System {
  const libc = { name: 'glibc', version: '2.36' } as const;
  return {
    platform: 'linux',
    libc,
    takesNameservers: true,
    resolvConf: text,
    resolvConfError: undefined,
    nsswitch: 'hosts: files dns',
    hosts,
    gaiConf: '',
    config: resolverConfig({ text, libc, hostname: 'pod', resOptions: undefined, localDomain: undefined }),
    env: {},
    kernel: '',
    addresses: [],
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
): string[] {
  const session = new Session(systemOf(text));
  const evidence: Evidence = {
    servers: session.system.config.nameservers.map(newServer),
    hosts: [newHost(host, session)],
  };
  for (const { address, root } of evidence.servers)
    root.push(reply(address, '.', 'NS', answers(address, '.', 'NS')));
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
});
