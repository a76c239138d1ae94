import { expect, test, vi } from 'vitest';
import { runNode } from '../../support/child';
import { describeInSandbox, uniqueName } from '../../support/sandbox/in-sandbox';
import { addrinfoIn, checkNamed, type Examined, examine, findings } from './examine';

/** Spread over three seconds: enough for tests, where nothing depends on the hour. */
const QUICK = ['--for', '3s'] as const;

/** With libc's timeout at one second instead of five, stalls are over sooner. */
const SOON = { RES_OPTIONS: 'timeout:1' };

vi.setConfig({ testTimeout: 90_000 });

function remediesOf({ report }: Examined): string[] {
  return report.remedies.flatMap(({ ids }) => ids);
}

describeInSandbox('addrinfo doctor', () => {
  test.concurrent('doctor on a healthy host finds nothing and exits with 0', async () => {
    const examined = await examine({}, ...QUICK, 'a-10-1-2-3.aaaa-fd00--1.test');
    const { report, code, stderr } = examined;
    expect(findings(examined)).toEqual([]);
    expect([code, report.status, stderr]).toEqual([0, 'ok', '']);
    const [host] = report.hosts;
    expect(host?.verdict).toBe('healthy');
    for (const kind of ['a', 'aaaa', 'both'] as const) expect(host?.[kind].count).toBeGreaterThanOrEqual(20);
    expect(checkNamed(examined, 'nameservers').summary).toBe('1 of 1 answer');
  });

  test.concurrent('doctor on a host with IPv4 only finds nothing', async () => {
    const examined = await examine({}, ...QUICK, uniqueName('a-10-1-2-3'));
    expect([findings(examined), examined.code]).toEqual([[], 0]);
  });

  test.concurrent('doctor on lost AAAA answers says so, with the 15 s they cost', async () => {
    const examined = await examine({}, ...QUICK, 'a-10-1-2-3.drop-aaaa.test');
    const { report, code } = examined;
    expect(code).toBe(1);
    expect(report.verdict).toMatch(
      /^AAAA answers for a-10-1-2-3\.drop-aaaa\.test are lost: .* takes 15\.\d+ s, A alone/,
    );
    const [host] = report.hosts;
    expect(host?.verdict).toBe('aaaa-lost');
    expect(host?.both.timeoutClusters).toContainEqual({ seconds: 15, count: host?.both.count });
    expect(host?.a.stalled).toBe(0);
    expect(remediesOf(examined)).toEqual(
      expect.arrayContaining(['lookup4', 'register', 'dns-config-no-aaaa']),
    );
    expect(remediesOf(examined)).not.toContain('dns-config-single-request');
    expect(checkNamed(examined, 'node').summary).toMatch(
      /^behind 2 lookups of .*localhost waited more than 6\.00 s$/,
    );
    expect(examined.queries.length).toBeLessThanOrEqual(report.queries);
  });

  test.concurrent('doctor where no process can be started reports without what waits behind a dead name', async () => {
    const env = { ...SOON, NODE_OPTIONS: "--import data:text/javascript,process.execPath='/nowhere'" };
    const examined = await examine({ env }, ...QUICK, uniqueName('a-10-1-2-3.drop-aaaa'));
    expect(examined.report.hosts[0]?.verdict).toBe('aaaa-lost');
    expect(checkNamed(examined, 'node').summary).not.toContain('behind');
  });

  test.concurrent('doctor on NXDOMAIN for AAAA says that Alpine images will fail', async () => {
    const examined = await examine({}, ...QUICK, 'a-10-1-2-3.nxdomain-aaaa.test');
    expect(examined.report.hosts[0]?.verdict).toBe('aaaa-nxdomain');
    expect(examined.report.verdict).toContain(
      'NXDOMAIN although the name has an A record: Alpine images will fail',
    );
    expect([findings(examined), examined.code]).toEqual([['probes'], 1]);
  });

  test.concurrent('doctor on SERVFAIL for AAAA says so', async () => {
    const examined = await examine({}, ...QUICK, 'a-10-1-2-3.servfail-aaaa.test');
    expect(examined.report.hosts[0]?.verdict).toBe('aaaa-fails');
    expect(checkNamed(examined, 'probes').summary).toContain('SERVFAIL');
    expect([findings(examined), examined.code]).toEqual([['probes'], 1]);
  });

  test.concurrent('doctor on 5 % loss calls it packet loss and offers the hedge', async () => {
    const examined = await examine({ env: SOON }, ...QUICK, 'a-10-1-2-3.loss-5-seed-3.test');
    const [host] = examined.report.hosts;
    expect(host?.verdict).toBe('packet-loss');
    expect(host?.a.stalled).toBeGreaterThan(0);
    expect(examined.report.verdict).toMatch(
      /^About 1 question in \d+ for .* is lost: .*; hedging mends it\.$/,
    );
    expect(remediesOf(examined)).toContain('hedge');
  });

  test.concurrent('doctor behind a dead first nameserver names it', async () => {
    const etc = { 'resolv.conf': 'nameserver 127.0.0.3\nnameserver 127.0.0.1\noptions timeout:1' };
    const examined = await examine({ etc, servers: { '127.0.0.3': 'drop' } }, ...QUICK, 'ok.test');
    expect(examined.report.verdict).toBe(
      'The first nameserver, 127.0.0.3, does not answer: every lookup waits 1.00 s first.',
    );
    expect(examined.report.hosts[0]?.verdict).toBe('every-lookup-stalls');
    expect(remediesOf(examined)).toEqual(expect.arrayContaining(['nameservers', 'resolv-nameservers']));
    const { remedies } = examined.report;
    const code = remedies.find(({ ids }) => ids.includes('resolv-nameservers'));
    expect(code?.paste).toContain("nameservers: ['127.0.0.1']");
    expect(examined.queries.length).toBeLessThanOrEqual(examined.report.queries);
  });

  test.concurrent('doctor with a dead second nameserver warns of it, and finds the lookups healthy', async () => {
    const etc = { 'resolv.conf': 'nameserver 127.0.0.1\nnameserver 127.0.0.3' };
    const examined = await examine({ etc, servers: { '127.0.0.3': 'drop' } }, ...QUICK, 'ok.test');
    expect(checkNamed(examined, 'nameservers')).toMatchObject({
      status: 'warn',
      summary: 'nameserver 127.0.0.3 (number 2) does not answer over UDP',
    });
    expect(findings(examined)).toEqual(['nameservers']);
  });

  test.concurrent('doctor without nameserver fails at once and asks nobody', async () => {
    const examined = await examine({ etc: { 'resolv.conf': 'search corp.test' } }, 'ok.test');
    expect(examined.report.verdict).toMatch(/names no nameserver/);
    expect(checkNamed(examined, 'resolv-conf').status).toBe('fail');
    expect(checkNamed(examined, 'probes').status).toBe('skip');
    expect([examined.code, examined.queries]).toEqual([1, []]);
  });

  test.concurrent('doctor takes an indented nameserver line for what libc takes it for: none', async () => {
    const examined = await examine({ etc: { 'resolv.conf': '  nameserver 127.0.0.1' } }, 'ok.test');
    expect(examined.report.verdict).toMatch(/names no nameserver/);
  });

  test.concurrent('doctor on a nameserver whose scope is no interface of this host says that it fails', async () => {
    const etc = { 'resolv.conf': 'nameserver fe80::1%nowhere\nnameserver 127.0.0.1' };
    const examined = await examine({ etc }, ...QUICK, 'ok.test');
    expect(examined.report.verdict).toBe(
      'The first nameserver, fe80::1%nowhere, refuses or fails every question: the next one is asked at once.',
    );
    expect(examined.report.hosts[0]?.verdict).toBe('healthy');
  });

  test.concurrent('doctor names the nameserver whose address the others do not have', async () => {
    const etc = { 'resolv.conf': 'nameserver 127.0.0.1\nnameserver 127.0.0.2\nnameserver 127.0.0.3' };
    const servers = { '127.0.0.2': 'a-10-9-9-9', '127.0.0.3': 'a-10-53-0-1' };
    const examined = await examine({ etc, servers }, ...QUICK, 'www.test');
    expect(examined.report.verdict).toBe(
      'Nameserver 127.0.0.2 answers www.test. with 10.9.9.9, which no other nameserver has.',
    );
    expect([findings(examined), examined.code]).toEqual([['nameservers'], 1]);
    expect(checkNamed(examined, 'nameservers').evidence).toContainEqual(
      expect.stringMatching(/^127\.0\.0\.3: UDP [\d.]+ m?s, TCP [\d.]+ m?s$/),
    );
  });

  test.concurrent('doctor blames neither of two nameservers that disagree', async () => {
    const etc = { 'resolv.conf': 'nameserver 127.0.0.1\nnameserver 127.0.0.2' };
    const examined = await examine({ etc, servers: { '127.0.0.2': 'a-10-9-9-9' } }, ...QUICK, 'www.test');
    const nameservers = checkNamed(examined, 'nameservers');
    expect(nameservers.summary).toBe(
      'nameservers 127.0.0.1 and 127.0.0.2 disagree on www.test.: 10.53.0.1 from the first, 10.9.9.9 from the second',
    );
    expect(nameservers.meaning?.match(/out of date/g)).toHaveLength(1);
  });

  test.concurrent('doctor names the nameserver that does not know a name the others resolve', async () => {
    const etc = { 'resolv.conf': 'nameserver 127.0.0.1\nnameserver 127.0.0.2' };
    const examined = await examine({ etc, servers: { '127.0.0.2': 'nxdomain' } }, ...QUICK, 'www.test');
    expect(checkNamed(examined, 'nameservers').summary).toBe(
      'nameserver 127.0.0.2 does not know www.test., which 127.0.0.1 resolves',
    );
  });

  test.concurrent('doctor with ndots:5 and four search domains counts the packets of the name', async () => {
    const search = 'default.svc.cluster.local svc.cluster.local cluster.local corp.example';
    const etc = { 'resolv.conf': `nameserver 127.0.0.1\nsearch ${search}\noptions ndots:5` };
    const examined = await examine({ etc }, ...QUICK, 'www.test', 'redis');
    expect(checkNamed(examined, 'resolv-conf').summary).toMatch(
      /^10 packets for www\.test \(A alone: 5\), 50 s at worst: ndots:5 tries 4 search domains first/,
    );
    expect(findings(examined)).toEqual(['resolv-conf']);
    expect(examined.report.hosts.map(({ probedName }) => probedName)).toEqual([
      'www.test.',
      'redis.default.svc.cluster.local.',
    ]);
    const [remedy] = examined.report.remedies.filter(({ ids }) => ids.includes('dns-config-ndots'));
    expect(remedy?.paste).toBe('spec:\n  dnsConfig:\n    options:\n      - name: ndots\n        value: "2"');
  });

  test.concurrent('doctor on a host with loopback addresses only says what AI_ADDRCONFIG does there', async () => {
    const examined = await examine({ loopbackOnly: true }, ...QUICK, 'ok.test');
    expect(checkNamed(examined, 'addresses')).toMatchObject({
      status: 'warn',
      summary: 'this host has loopback addresses only: an IPv4 lookup with AI_ADDRCONFIG finds no name',
    });
    expect(findings(examined)).toEqual(['addresses']);
  });

  test.concurrent('doctor under an nsswitch.conf without dns says that no DNS server is asked', async () => {
    const examined = await examine({ etc: { 'nsswitch.conf': 'hosts: files' } }, ...QUICK, 'ok.test');
    expect(examined.report.verdict).toBe('nsswitch.conf has "hosts: files": no DNS server is ever asked.');
    expect(checkNamed(examined, 'libc').status).toBe('fail');
    expect([examined.code, examined.queries]).toEqual([1, []]);
  });

  test.concurrent('doctor on a name that does not exist says so', async () => {
    const examined = await examine({}, ...QUICK, 'nxdomain.test');
    expect(examined.report.verdict).toBe('The name nxdomain.test does not exist: every answer says so.');
  });

  test.concurrent('doctor on a slow server says so', async () => {
    const examined = await examine({}, ...QUICK, 'a-10-1-2-3.delay-300.test');
    expect(examined.report.hosts[0]?.verdict).toBe('slow');
  });

  test.concurrent('doctor on a server that refuses every question says that lookups fail at once', async () => {
    const examined = await examine({}, ...QUICK, 'refused.test');
    expect(examined.report.hosts[0]?.verdict).toBe('server-fails');
    expect(checkNamed(examined, 'nameservers').status).toBe('fail');
  });

  test.concurrent('doctor sends nothing for a name in the hosts file', async () => {
    const examined = await examine(
      { etc: { hosts: '127.0.0.1 localhost\n10.1.2.3 db.test' } },
      ...QUICK,
      'db.test',
    );
    expect(examined.report.hosts[0]).toMatchObject({ probedName: 'db.test', verdict: 'healthy' });
    expect([findings(examined), examined.queries]).toEqual([[], []]);
  });

  test.concurrent('doctor counts the second question, over TCP, for answers too long for UDP', async () => {
    const hosts = [1, 2, 3, 4].map((n) => `many-${30 + n}.many-aaaa-20.test`);
    const examined = await examine({}, ...QUICK, ...hosts);
    expect(examined.queries.some(({ transport }) => transport === 'tcp')).toBe(true);
    expect(examined.queries.length).toBeLessThanOrEqual(examined.report.queries);
    expect(examined.report.queries).toBeLessThanOrEqual(500);
    for (const { a } of examined.report.hosts) expect(a.count).toBeGreaterThan(3);
  });

  test.concurrent('doctor asks only the nameservers of resolv.conf', async () => {
    const etc = { 'resolv.conf': 'nameserver 127.0.0.2' };
    const examined = await examine({ etc, servers: { '127.0.0.2': 'a-10-1-2-3' } }, ...QUICK, 'www.test');
    expect(new Set(examined.queries.map(({ to }) => to))).toEqual(new Set(['127.0.0.2']));
  });

  test.concurrent('doctor where nobody answers keeps within 60 s and 500 queries, with four hosts and three servers', async () => {
    const servers = { '127.0.0.2': 'drop', '127.0.0.3': 'drop', '127.0.0.4': 'drop' };
    const nameservers = Object.keys(servers).map((address) => `nameserver ${address}`);
    const search = 'search default.svc.cluster.local svc.cluster.local cluster.local corp.example';
    const etc = { 'resolv.conf': [...nameservers, search, 'options ndots:5 attempts:5'].join('\n') };
    const hosts = ['one.test', 'two.test', 'three.test', 'four.test'];
    const examined = await examine({ etc, servers }, ...hosts);
    expect(examined.report.verdict).toContain('127.0.0.2');
    expect(examined.queries.length).toBeLessThanOrEqual(500);
    expect(examined.took).toBeLessThan(65_000); // 60 s, and the sandbox's own time
    expect(new Set(examined.queries.map(({ to }) => to))).toEqual(new Set(Object.keys(servers)));
  }, 90_000);

  test.concurrent('doctor interrupted by Ctrl-C prints what is known so far', async () => {
    const name = uniqueName('a-10-1-2-3.drop-aaaa');
    const examined = await examine({ interrupt: { queries: 12, ms: 3000 } }, '--for', '15s', name);
    expect(examined.report).toMatchObject({ interrupted: true, hosts: [{ verdict: 'aaaa-lost' }] });
    expect(examined.code).toBe(1);
    expect(examined.report.hosts[0]?.a.count).toBeLessThan(20); // A whole run makes as many at least.
  });

  test.concurrent('doctor prints a report in plain text: verdict, table, strip, what to paste', async () => {
    const { stdout, stderr, code } = await addrinfoIn(
      {},
      'doctor',
      ...QUICK,
      'a-10-1-2-3.nxdomain-aaaa.test',
    );
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/^AAAA of a-10-1-2-3\.nxdomain-aaaa\.test gets NXDOMAIN/);
    expect(stdout).toMatch(/^ {2}OK {4}libc {8}\w/m);
    expect(stdout).toMatch(/^ {2}WARN {2}probes/m);
    expect(stdout).toMatch(/^ {4}A alone +[▁▂▃▄▅▆▇█]+ +p50/m);
    expect(stdout).toContain('What to paste');
    expect(stdout).toContain('NODE_OPTIONS="--import addrinfo/register"');
    expect(stdout).not.toContain('\u001b');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(90); // what is pasted is not broken
    for (const line of stdout.split('\n').filter((each) => !each.startsWith('      '))) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  test.concurrent('doctor --verbose prints the evidence of checks that found nothing', async () => {
    const env = { RES_OPTIONS: 'ndots:2' };
    const { stdout, code } = await addrinfoIn({ env }, 'doctor', '--verbose', '--for', '1s', 'ok.test');
    expect(code).toBe(0);
    expect(stdout).toContain('    RES_OPTIONS=ndots:2 is set for this process');
    expect(stdout).toMatch(/^ {4}autoSelectFamily o/m);
    expect(stdout).toMatch(/^ {6}AAAA alone: 40 lookups, p50/m);
  });

  test.concurrent('doctor --markdown prints a table and fenced code for a ticket', async () => {
    const { stdout } = await addrinfoIn(
      {},
      'doctor',
      '--markdown',
      ...QUICK,
      'a-10-1-2-3.nxdomain-aaaa.test',
    );
    expect(stdout).toMatch(/^## DNS examination\n\n\*\*AAAA of .*Alpine images will fail\.\*\*\n/);
    expect(stdout).toContain('| WARN | probes |');
    expect(stdout).toMatch(/^\| a-10-1-2-3\.nxdomain-aaaa\.test \| A alone \| 40 \|/m);
    expect(stdout).toContain('```sh\nNODE_OPTIONS=');
  });

  test('doctor where the addon does not load says what to install, and exits with 2', async () => {
    const isNode20 = process.versions.node.startsWith('20.');
    const permission = isNode20 ? '--experimental-permission' : '--permission'; // addons are off with it
    const { code, stdout, stderr } = await runNode([
      permission,
      '--allow-fs-read=*',
      'dist/cli/main.js',
      'doctor',
      'a.test',
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('npm rebuild addrinfo');
  });

  const usage: readonly [string[], string][] = [
    [['--json', '--markdown', 'a.test'], 'exclude each other'],
    [['--for', 'soon', 'a.test'], "--for must be a time from 1s to 15s, got 'soon'"],
    [['--for', '2m', 'a.test'], "--for must be a time from 1s to 15s, got '2m'"],
    [['10.1.2.3'], '10.1.2.3 is an address'],
    [['a', 'b', 'c', 'd', 'e'], 'at most 4 hosts, got 5'],
    [[''], "not a host name: ''"],
    [['--verbos'], "Unknown option '--verbos'"],
  ];
  test.each(usage)('doctor %j exits with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await addrinfoIn({}, 'doctor', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
