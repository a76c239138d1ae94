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
    expect(host?.cause).toBeNull();
    for (const kind of ['a', 'aaaa', 'both'] as const) expect(host?.[kind].count).toBeGreaterThanOrEqual(5);
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
      /^AAAA answers for a-10-1-2-3\.drop-aaaa\.test are lost: .* takes 15\.\d+ s; A alone is there after/,
    );
    const [host] = report.hosts;
    expect(host?.cause).toBe('aaaa-lost');
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
    expect(examined.report.hosts[0]?.cause).toBe('aaaa-lost');
    expect(checkNamed(examined, 'node').summary).not.toContain('behind');
  });

  test.concurrent('doctor takes an indented nameserver line for what libc takes it for: none', async () => {
    const examined = await examine({ etc: { 'resolv.conf': '  nameserver 127.0.0.1' } }, 'ok.test');
    expect(examined.report.verdict).toMatch(/names no nameserver/);
  });

  test.concurrent('doctor on a host with loopback addresses only says what AI_ADDRCONFIG does there', async () => {
    const examined = await examine({ loopbackOnly: true }, ...QUICK, 'ok.test');
    expect(checkNamed(examined, 'addresses')).toMatchObject({
      status: 'advice',
      summary: 'this host has loopback addresses only: an IPv4 lookup with AI_ADDRCONFIG finds no name',
    });
    expect([findings(examined), examined.code]).toEqual([[], 0]);
  });

  test.concurrent('doctor under an nsswitch.conf without dns says that no DNS server is asked', async () => {
    const examined = await examine({ etc: { 'nsswitch.conf': 'hosts: files' } }, ...QUICK, 'ok.test');
    expect(examined.report.verdict).toBe('nsswitch.conf has "hosts: files": no DNS server is ever asked.');
    expect(checkNamed(examined, 'libc').status).toBe('fail');
    expect([examined.code, examined.queries]).toEqual([1, []]);
  });

  test.concurrent('doctor counts the second question, over TCP, for answers too long for UDP', async () => {
    const hosts = [1, 2, 3, 4].map((n) => `many-${30 + n}.many-aaaa-20.test`);
    const examined = await examine({}, ...QUICK, ...hosts);
    expect(examined.queries.some(({ transport }) => transport === 'tcp')).toBe(true);
    expect(examined.queries.length).toBeLessThanOrEqual(examined.report.queries);
    expect(examined.report.queries).toBeLessThanOrEqual(500);
    for (const { both } of examined.report.hosts) expect(both.count).toBeGreaterThan(0);
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
    expect(examined.report).toMatchObject({ interrupted: true, hosts: [{ cause: 'aaaa-lost' }] });
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
    expect(stdout).toMatch(/^ +a-10-1-2-3\.nxdomain-aaaa\.test\. +127\.0\.0\.1 +NOERROR .* NXDOMAIN/m);
    expect(stdout).toMatch(/^WARN {3}lookups$/m);
    expect(stdout).toMatch(/^ {4}A {5}[▁▂▃▄▅▆▇█]+ +p50/m);
    const sentence = stdout.slice(0, stdout.indexOf('\n\n'));
    expect(stdout.endsWith(`${sentence}\n`)).toBe(true);
    expect(stdout).toContain('What to paste');
    expect(stdout).toContain("require('addrinfo')");
    expect(stdout).not.toContain('\u001b');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(110); // what is pasted is not broken
    for (const line of stdout.split('\n').filter((each) => !each.startsWith('      '))) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  test.concurrent('doctor --markdown prints a table and fenced code for a ticket', async () => {
    const { stdout } = await addrinfoIn(
      {},
      'doctor',
      '--markdown',
      ...QUICK,
      'a-10-1-2-3.nxdomain-aaaa.test',
    );
    expect(stdout).toMatch(/^## DNS report\n\n\*\*AAAA of .*Alpine images will fail\.\*\*\n/);
    expect(stdout).toContain('| WARN | lookups |');
    expect(stdout).toMatch(/^\| a-10-1-2-3\.nxdomain-aaaa\.test \| A alone \| \d+ \|/m);
    // As this place has it: in a container by its path.
    expect(stdout).toMatch(
      /--import (?:addrinfo\/register|\/app\/node_modules\/addrinfo\/dist\/register\.js)/,
    );
  });

  test('doctor where the addon does not load says what to allow, and exits with 2', async () => {
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
    expect(stderr).toContain('--allow-addons');
  });

  test('doctor on a URL exits with 2, says what was meant, and repeats no password', async () => {
    const { code, stdout, stderr } = await addrinfoIn({}, 'doctor', 'postgres://app:secret@db.test:5432/app');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(
      'that is a URL, not a host name: did you mean db.test?\nTry: addrinfo doctor --help',
    );
    expect(stderr).not.toContain('secret');
  });

  const usage: readonly [string[], string][] = [
    [['--json', '--markdown', 'a.test'], 'exclude each other'],
    [['--for', 'soon', 'a.test'], "--for must be a time from 1s to 15s, got 'soon'"],
    [['--for', '2m', 'a.test'], "--for must be a time from 1s to 15s, got '2m'"],
    [['10.1.2.3'], '10.1.2.3 is an address'],
    [['a', 'b', 'c', 'd', 'e'], 'at most 4 hosts, got 5'],
    [[''], 'the host is empty'],
    [['--verbos'], "Unknown option '--verbos'"],
  ];
  test.each(usage)('doctor %j exits with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await addrinfoIn({}, 'doctor', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
