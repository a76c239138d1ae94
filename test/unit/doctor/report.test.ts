import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkLookups } from '../../../src/cli/doctor/checks/lookups';
import { checkNameservers } from '../../../src/cli/doctor/checks/nameservers';
import { checkResolvConf } from '../../../src/cli/doctor/checks/resolv-conf';
import { resolverConfig } from '../../../src/cli/doctor/facts/resolver-config';
import type { System } from '../../../src/cli/doctor/facts/system';
import type { Evidence } from '../../../src/cli/doctor/probing/evidence';
import { newHost, newServer } from '../../../src/cli/doctor/probing/matrix';
import { Session } from '../../../src/cli/doctor/probing/session';
import type { Examination } from '../../../src/cli/doctor/reports/examination';
import { ProgressLine } from '../../../src/cli/doctor/reports/progress';
import { textReport } from '../../../src/cli/doctor/reports/text';
import { diagnose } from '../../../src/cli/doctor/verdicts/diagnose';
import { terminalOf } from '../../../src/cli/terminal';

const libc = { name: 'glibc', version: '2.36' } as const;
const SEARCH = [
  'default.svc.cluster.local',
  'svc.cluster.local',
  'cluster.local',
  'eu-west-1.compute.internal',
];

function podWith(nameservers: number): System {
  const text = [
    ...['10.96.0.10', '10.96.0.11', '10.96.0.12']
      .slice(0, nameservers)
      .map((address) => `nameserver ${address}`),
    `search ${SEARCH.join(' ')}`,
    'options ndots:5',
  ].join('\n');
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
    addresses: [],
    has: () => false,
  };
}

/** A run in a pod, in which each host is found as it is written, after four search domains; AAAA is lost or not. */
function examinationOf(hosts: readonly string[], nameservers: number, isAaaaLost: boolean): Examination {
  const system = podWith(nameservers);
  const session = new Session(system);
  const evidence: Evidence = {
    servers: system.config.nameservers.map(newServer),
    hosts: hosts.map((host) => newHost(host, session)),
  };
  for (const { candidates } of evidence.hosts) {
    for (const { name, domain, cells } of candidates) {
      for (const { server, type, udp } of cells) {
        const isLost = isAaaaLost && type === 'AAAA' && domain === undefined;
        const what = isLost
          ? { error: 'TIMEOUT', ms: 5000, addresses: [] }
          : domain !== undefined
            ? { rcode: 'NXDOMAIN', ms: 1.2, addresses: [] }
            : { rcode: 'NOERROR', ms: 1.2, addresses: type === 'A' ? ['10.1.2.3'] : [] };
        udp.push({ server, name, type, transport: 'udp', at: 0, truncated: false, ...what });
      }
    }
  }
  for (const { address, root } of evidence.servers) {
    const question = { server: address, name: '.', type: 'NS', transport: 'udp' } as const;
    root.push({ ...question, at: 0, ms: 1, rcode: 'NOERROR', addresses: [], truncated: false });
  }
  for (const { lookups } of evidence.hosts) {
    for (const family of [4, 6, 0] as const) {
      const ms = isAaaaLost && family !== 4 ? 15_012 : 1.5;
      const outcome = family === 6 ? (isAaaaLost ? 'failed' : 'nodata') : 'answered';
      for (let at = 0; at < 14; at += 1) lookups.push({ family, at, ms, outcome, addresses: ['10.1.2.3'] });
    }
  }
  const diagnoses = diagnose({ system, evidence, wait: 5000, clashes: 0, guessed: false });
  return {
    version: '0.1.0',
    startedAt: new Date(0),
    duration: 21_000,
    interrupted: false,
    queries: 400,
    wait: 5000,
    context: {
      runtime: 'pod',
      nameservers: system.config.nameservers,
      answering: system.config.nameservers,
      search: SEARCH,
      options: ['ndots:5'],
      takesOption: () => true,
      takesNameservers: true,
      fullyQualified: [],
      host: hosts[0],
      foundAsWritten: true,
      domains: [],
    },
    evidence,
    diagnoses,
    checks: [
      checkResolvConf(system, evidence.hosts),
      checkNameservers(evidence.servers, diagnoses, undefined),
      checkLookups(evidence.hosts, diagnoses, 5000, undefined),
    ],
  };
}

const HOSTS = [
  'api.internal',
  'orders.eu-west-1.example.com',
  'redis-0.redis.cache.internal',
  'www.example.com',
];
const linesOf = (examination: Examination, width: number): string[] =>
  textReport(examination, { width, colour: false }, false).trimEnd().split('\n');

describe('the report in text', () => {
  test.each([1, 2, 4])('of %i healthy hosts in a pod fits on a screen of 80 columns and 24 rows', (count) => {
    const lines = linesOf(examinationOf(HOSTS.slice(0, count), 3, false), 80);
    expect(lines.length).toBeLessThanOrEqual(23); // and the prompt
    for (const host of HOSTS.slice(0, count)) {
      const rows = lines.filter((line) => line.trimStart().startsWith(`${host}.`));
      expect(rows.filter((line) => line.includes('NOERROR'))).toHaveLength(1);
    }
  });

  test.each([
    [1, 1],
    [1, 3],
    [4, 3],
  ])('of %i hosts with a fault, %i nameservers, fits on two screens of 80 columns', (count, servers) => {
    const lines = linesOf(examinationOf(HOSTS.slice(0, count), servers, true), 80);
    expect(lines.length).toBeLessThanOrEqual(48);
    const text = lines.join('\n');
    expect(text.match(/lookups of api\.internal, as/g) ?? []).toHaveLength(count === 1 ? 1 : 0);
    expect(text).toContain('What to paste');
    expect(text).toContain('no answer');
  });

  test.each([40, 80, 200])(
    'begins and ends with the sentence, and no line is wider than %i columns',
    (columns) => {
      const stream = { isTTY: true, columns } as unknown as NodeJS.WriteStream;
      for (const isFaulty of [false, true]) {
        const examination = examinationOf(HOSTS.slice(0, 1), 2, isFaulty);
        const { width } = terminalOf(stream, { NO_COLOR: '1' });
        const lines = textReport(examination, { width, colour: false }, false).trimEnd().split('\n');
        const sentence = lines.slice(0, lines.indexOf(''));
        expect(lines.slice(-sentence.length)).toEqual(sentence);
        expect(sentence.join(' ')).toMatch(
          isFaulty ? /^AAAA answers for api\.internal are lost/ : /^No fault found/,
        );
        const isPaste = (line: string): boolean => line.startsWith('      ') || line.startsWith('    check:');
        for (const line of lines.filter((each) => !isPaste(each)))
          expect(line.length).toBeLessThanOrEqual(columns);
      }
    },
  );

  test('says with --verbose what is left out without', () => {
    const examination = examinationOf(HOSTS, 3, true);
    const whole = textReport(examination, { width: 80, colour: false }, true);
    expect(whole.match(/NXDOMAIN 1\.2 ms {2}NXDOMAIN 1\.2 ms/g)).toHaveLength(4 * 4 * 3);
    expect(whole).not.toContain('--verbose');
  });
});

describe('progress', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  class Written extends EventEmitter {
    readonly isTTY: boolean;
    readonly columns = 40;
    text = '';
    constructor(isTTY: boolean) {
      super();
      this.isTTY = isTTY;
    }
    write(text: string): boolean {
      this.text += text;
      return true;
    }
  }

  function written(isTTY: boolean, ms: number): string {
    const stream = new Written(isTTY);
    const line = new ProgressLine(stream as unknown as NodeJS.WriteStream);
    line.progress('asking each nameserver', { servers: [], hosts: [] });
    vi.advanceTimersByTime(ms);
    line.clear();
    vi.advanceTimersByTime(60_000);
    return stream.text;
  }

  test('without a terminal is a line every ten seconds, and no control character', () => {
    expect(written(false, 21_000)).toBe(
      'addrinfo doctor: 10 s: asking each nameserver, 0 lookups done\naddrinfo doctor: 20 s: asking each nameserver, 0 lookups done\n',
    );
  });

  test('on a terminal is one line that fits, and leaves nothing', () => {
    const text = written(true, 3000);
    for (const drawn of text.split('\r\x1b[K')) expect(drawn.length).toBeLessThan(40);
    expect(text.endsWith('\r\x1b[K')).toBe(true);
  });
});
