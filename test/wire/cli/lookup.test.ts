import { expect, test } from 'vitest';
import { version } from '../../../package.json';
import { constants } from '../../../src/index';
import { type Finished, runNode, runProgram } from '../../support/child';
import { type DnsServer, startDnsServer } from '../../support/dns-server/dns-server';
import { describeInSandbox, typesAsked, uniqueName } from '../../support/sandbox/in-sandbox';

const { SOCK_STREAM, IPPROTO_TCP } = constants;

function addrinfo(...args: string[]): Promise<Finished> {
  return runNode(['dist/cli/main.js', ...args]);
}

describeInSandbox('addrinfo HOST', () => {
  test('addrinfo HOST prints one IPv4 address a line and sends one query, type A', async () => {
    const name = uniqueName('a-10-1-2-3.a-10-1-2-4.aaaa-fd00--1');
    const { code, stdout, stderr } = await addrinfo(name);
    expect(stdout.split('\n').sort()).toEqual(['', '10.1.2.3', '10.1.2.4']);
    expect([code, stderr]).toEqual([0, '']);
    expect(typesAsked(name)).toEqual(['A']);
  });

  test('addrinfo with several hosts asks all at once and prints in the order given', async () => {
    const names = [1, 2, 3, 4, 5, 6].map((n) => uniqueName(`a-10-1-2-${n}.delay-500`));
    const { stdout, ms } = await addrinfo(...names);
    expect(stdout).toBe('10.1.2.1\n10.1.2.2\n10.1.2.3\n10.1.2.4\n10.1.2.5\n10.1.2.6\n');
    expect(ms).toBeLessThan(6 * 500);
  });

  test('addrinfo on a name that does not resolve prints one line on stderr and exits with 1', async () => {
    const [good, bad] = [uniqueName('a-10-1-2-3'), uniqueName('nxdomain')];
    const { code, stdout, stderr } = await addrinfo(bad, good);
    expect(code).toBe(1);
    expect(stdout).toBe('10.1.2.3\n');
    expect(stderr).toBe(`addrinfo: ${bad}: getaddrinfo ENOTFOUND ${bad}\n`);
  });

  test('addrinfo --family 6 and 0 print IPv6 addresses', async () => {
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
    expect((await addrinfo(name, '--family', '6')).stdout).toBe('fd00::1\n');
    const both = await addrinfo(name, '--family=0');
    expect(both.stdout.split('\n').sort()).toEqual(['', '10.1.2.3', 'fd00::1']);
  });

  test('addrinfo --service prints the port', async () => {
    expect((await addrinfo('127.0.0.1', '--service', 'http')).stdout).toBe('127.0.0.1 80\n');
  });

  test('addrinfo --all-info prints every field of every entry', async () => {
    const { stdout } = await addrinfo('127.0.0.1', '--service', '53', '--all-info');
    expect(stdout.split('\n')[1]).toBe(
      '127.0.0.1 port=53 family=4 socktype=SOCK_DGRAM protocol=IPPROTO_UDP canonname=127.0.0.1',
    );
  });

  test('addrinfo --json prints one document, errors included', async () => {
    const [good, bad] = [uniqueName('a-10-1-2-3'), uniqueName('nxdomain')];
    const { code, stdout, stderr } = await addrinfo(good, bad, '--json');
    const parsed: unknown = JSON.parse(stdout);
    expect(parsed).toMatchObject([
      { host: good, ms: expect.any(Number), addresses: [{ address: '10.1.2.3', family: 4 }] },
      { host: bad, addresses: [], error: { code: 'ENOTFOUND' } },
    ]);
    expect([code, stderr]).toEqual([1, '']);
  });

  test('addrinfo --json gives the fields of getaddrinfo, the same for each --family', async () => {
    const name = uniqueName('a-10-1-2-3');
    const entry = { address: '10.1.2.3', family: 4, socktype: SOCK_STREAM, protocol: IPPROTO_TCP, port: 0 };
    for (const family of ['4', '0']) {
      const { stdout } = await addrinfo(name, '--json', '--family', family);
      expect(JSON.parse(stdout)).toMatchObject([{ addresses: [entry] }]);
    }
  });

  test('addrinfo --time prints on stderr how long each host took, and who answered', async () => {
    const { stdout, stderr } = await addrinfo(uniqueName('a-10-1-2-3.delay-100'), 'localhost', '--time');
    expect(stdout).toMatch(/^10\.1\.2\.3\n(127\.0\.0\.1\n)+$/);
    const [first, second] = stderr.split('\n');
    expect(Number(/ (\d+\.\d+) ms from 127\.0\.0\.1$/.exec(first ?? '')?.[1])).toBeGreaterThanOrEqual(99);
    expect(second).toMatch(/^localhost \d+\.\d+ ms, no nameserver was asked$/);
  });

  test('addrinfo --timeout ends a lookup that hangs', async () => {
    const name = uniqueName('drop');
    const { code, stderr, ms } = await addrinfo(name, '--timeout', '400');
    expect([code, stderr]).toEqual([1, `addrinfo: ${name}: getaddrinfo ETIMEOUT ${name}\n`]);
    expect(ms).toBeLessThan(4000);
  });

  test('addrinfo --nameserver asks that one and no other, --resolv as its words say', async () => {
    const dead = await startDnsServer({ port: 0, directives: 'drop' });
    const live = await startDnsServer({ port: 0 });
    const name = uniqueName('a-10-1-2-3');
    const to = (server: DnsServer): string[] => ['--nameserver', `127.0.0.1:${server.port}`];
    const { code, stdout, stderr } = await addrinfo(name, ...to(live), '--resolv', 'use-vc edns0');
    expect([code, stdout, stderr]).toEqual([0, '10.1.2.3\n', '']);
    expect(live.queries.map(({ transport, edns }) => [transport, edns > 0])).toEqual([['tcp', true]]);
    expect(typesAsked(name)).toEqual([]);

    const other = uniqueName('a-10-1-2-4');
    const { stdout: found } = await addrinfo(other, ...to(dead), ...to(live), '--resolv', 'timeout:1');
    expect(found).toBe('10.1.2.4\n');
    expect(dead.queries.length).toBeGreaterThan(0);
    await dead.close();
    await live.close();
  });

  test('addrinfo shows control characters of a host name as escapes', async () => {
    const { stderr } = await addrinfo('a\u001b[31m\u0007.test');
    expect(stderr).toContain('a\\u001b[31m\\u0007.test');
    expect(stderr).not.toContain('\u001b');
  });

  test('addrinfo on a name with an AAAA record alone fails, and says which --family finds it', async () => {
    const name = uniqueName('aaaa-fd00--1');
    const { code, stdout, stderr } = await addrinfo(name);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(' (it has no IPv4 address: --family 6 or 0)\n');
    expect((await addrinfo(name, '--family', '0')).stdout).toBe('fd00::1\n');
    expect((await addrinfo('127.0.0.1', '--family', '6')).stderr).toContain(
      '(an IPv4 address: --family 4 or 0)',
    );
  });

  test('addrinfo on a name that does not exist hints at no family', async () => {
    expect((await addrinfo(uniqueName('nxdomain'))).stderr).not.toContain('--family');
  });

  test.each(['postgres://app:hunter2@db.test/app', 'app:hunter2@db.test', 'host=db.test password=hunter2'])(
    'addrinfo %s repeats no password',
    async (text) => {
      const { code, stdout, stderr } = await addrinfo(text);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('did you mean db.test?');
      expect(stderr).not.toContain('hunter2');
    },
  );

  test('addrinfo doctor after an option is the doctor, not a host', async () => {
    const { code, stderr } = await addrinfo('--json', 'doctor', 'https://api.test/');
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean api.test?\nTry: addrinfo doctor --help\n');
  });

  test.each([
    ['localhost'],
    ['--json', 'localhost'],
    ['doctor', '--help'],
    ['watch', '--for', '1s', 'localhost'],
  ])('addrinfo %s on a full disk says so in a line, and exits with 2', async (...args) => {
    const command = `"${process.execPath}" dist/cli/main.js ${args.join(' ')} > /dev/full`;
    const { code, stderr } = await runProgram('sh', ['-c', command]);
    expect([code, stderr]).toEqual([
      2,
      'addrinfo: cannot write the output: ENOSPC: no space left on device, write\n',
    ]);
  });

  const usage: readonly [string[], string][] = [
    [[], 'no host given'],
    [['localhost', '--family', '5'], "--family must be 4, 6 or 0, got '5'"],
    [['--famly', '4', 'localhost'], "Unknown option '--famly'"],
    [['localhost', '--timeout', 'soon'], 'options.timeout must be a number of milliseconds'],
    [['localhost', '--service', ''], "service must be a service name, a port, or null, got ''"],
    [['localhost', '--nameserver', 'dns.test'], 'nameservers[0] must be an IP address'],
    [['localhost', '--resolv', 'timeout:31'], 'timeout must be a whole number from 1 to 30, got 31'],
    [['localhost', '--resolv', 'single'], "--resolv: the word 'single' must be one of"],
    [[''], 'the host is empty'],
    [['https://api.test/'], 'that is a URL, not a host name: did you mean api.test?'],
    [['api.test:443'], 'that is a host and a port: did you mean api.test?'],
    [[' api.test '], 'a host name has no blanks: did you mean api.test?'],
  ];
  test.each(usage)('addrinfo %j exits with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await addrinfo(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('addrinfo --help and --version print to stdout and exit with 0', async () => {
    const help = await addrinfo('--help');
    expect([help.code, help.stdout.startsWith('Usage: addrinfo HOST...')]).toEqual([0, true]);
    expect((await addrinfo('--version')).stdout).toBe(`${version}\n`);
  });
});
