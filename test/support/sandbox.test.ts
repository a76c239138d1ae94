import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { promises as dns } from 'node:dns';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  describeInSandbox,
  queriesFor,
  restoreEtc,
  runInFreshSandbox,
  typesAsked,
  uniqueName,
  writeHosts,
  writeResolvConf,
} from './sandbox/in-sandbox';

const sandbox = join(__dirname, 'sandbox/sandbox.mjs');

async function sendTo(address: string): Promise<string> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.send('x', 53, address, (error) => {
      socket.close();
      resolve(error && 'code' in error ? String(error.code) : 'sent');
    });
  });
}

describeInSandbox('the sandbox', () => {
  afterEach(restoreEtc);

  test('dns.lookup of a name with both records asks the sandbox server for A and AAAA', async () => {
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
    const addresses = await dns.lookup(name, { all: true });
    expect(addresses.map(({ address }) => address).sort()).toEqual(['10.1.2.3', 'fd00::1']);
    expect(typesAsked(name).sort()).toEqual(['A', 'AAAA']);
  });

  test('AI_ADDRCONFIG sends both types, since both families have an address', async () => {
    const name = uniqueName();
    await dns.lookup(name, { hints: 0x20 });
    expect(queriesFor(name)).toHaveLength(2);
  });

  test('a packet to an address outside has no route', async () => {
    expect(await sendTo('198.51.100.1')).toBe('ENETUNREACH');
    expect(await sendTo('127.0.0.9')).toBe('sent');
  });

  test('a line in the hosts file answers without a query, and is gone after restoreEtc', async () => {
    const name = uniqueName('nxdomain');
    writeHosts(`10.4.4.4 ${name}`);
    expect(await dns.lookup(name)).toEqual({ address: '10.4.4.4', family: 4 });
    expect(queriesFor(name)).toEqual([]);
    restoreEtc();
    await expect(dns.lookup(name)).rejects.toThrow('ENOTFOUND');
  });

  test('a search list written to resolv.conf is used by the next lookup', async () => {
    writeResolvConf('nameserver 127.0.0.1\nsearch default.svc.cluster.local\noptions ndots:5');
    expect(await dns.lookup('redis', { family: 4 })).toEqual({ address: '10.96.0.5', family: 4 });
    const name = uniqueName();
    expect(await dns.lookup(name, { family: 4 })).toEqual({ address: '10.53.0.1', family: 4 });
    expect(queriesFor(`${name}.default.svc.cluster.local`)).toHaveLength(1);
  });

  test('a command inside a sandbox stays in it, with its exit code and its environment', () => {
    const result = spawnSync(
      process.execPath,
      [sandbox, '--', 'sh', '-c', 'echo $ADDRINFO_SANDBOX; exit 7'],
      {
        encoding: 'utf8',
      },
    );
    expect(result.status).toBe(7);
    expect(result.stdout.trim()).toBe(process.env['ADDRINFO_SANDBOX']);
  });

  test('a fresh sandbox changes nothing of the /etc around it', async () => {
    const before = readFileSync('/etc/hosts', 'utf8');
    const result = await runInFreshSandbox(['sh', '-c', 'echo 1.2.3.4 new >/etc/hosts; cat /etc/hosts']);
    expect(result).toMatchObject({ code: 0, stdout: '1.2.3.4 new\n', stderr: '' });
    expect(readFileSync('/etc/hosts', 'utf8')).toBe(before);
  });

  test('a fresh sandbox has a DNS server and a query log of its own', async () => {
    const name = uniqueName('a-10-1-2-3');
    const result = await runInFreshSandbox(['getent', 'ahostsv4', name]);
    expect(result.stdout).toContain('10.1.2.3');
    expect(result.queries.map((query) => [query.name, query.type])).toEqual([[name, 'A']]);
    expect(queriesFor(name)).toEqual([]);
  });

  test('loopbackOnly and ipv6: false leave no other addresses', async () => {
    const script =
      'console.log(JSON.stringify(Object.values(os.networkInterfaces()).flat().map((a) => a.address)))';
    const addresses = async (options: object): Promise<unknown> =>
      JSON.parse((await runInFreshSandbox([process.execPath, '-e', script], options)).stdout);
    const options = [{ loopbackOnly: true }, { loopbackOnly: true, ipv6: false }, { ipv6: false }, {}];
    expect(await Promise.all(options.map(addresses))).toEqual([
      ['127.0.0.1', '::1'],
      ['127.0.0.1'],
      ['127.0.0.1', '10.77.0.1'],
      ['127.0.0.1', '::1', '10.77.0.1', 'fd77::1'],
    ]);
  });

  test('a command inside starts in the folder of the caller', async () => {
    expect((await runInFreshSandbox(['pwd'])).stdout.trim()).toBe(process.cwd());
  });

  test('SIGTERM to the outer process reaches the command, and what that left behind ends too', async () => {
    const script = 'trap "echo caught; exit 5" TERM; sleep 1000 & echo ready; wait';
    const child = spawn(process.execPath, [sandbox, '--fresh', '--', 'sh', '-c', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (String(chunk).includes('ready')) child.kill('SIGTERM');
    });
    // 'close' waits for every holder of the pipe, the sleep among them.
    expect(await once(child, 'close')).toEqual([5, null]);
    expect(output).toBe('ready\ncaught\n');
  });

  test('settings of the shell that would change a lookup are gone', async () => {
    const env = { HTTP_PROXY: 'http://127.0.0.1:1', RES_OPTIONS: 'ndots:9', LOCALDOMAIN: 'example' };
    const result = await runInFreshSandbox(['env'], { env });
    expect(result.stdout).not.toMatch(/HTTP_PROXY|RES_OPTIONS|LOCALDOMAIN/);
  });
});

describe('where unshare cannot be run', () => {
  const print = 'console.log(process.env.ADDRINFO_SANDBOX, process.env.ADDRINFO_NO_SANDBOX); process.exit(3)';
  const run = (env: Record<string, string>, ...options: string[]) =>
    spawnSync(process.execPath, [sandbox, ...options, '--', process.execPath, '-e', print], {
      encoding: 'utf8',
      // An empty PATH hides unshare.
      env: { PATH: '/nonexistent', ...env },
    });

  test('the command runs without a sandbox, and one line says why', () => {
    const { status, stdout, stderr } = run({});
    expect(status).toBe(3);
    expect(stdout).toMatch(/^undefined unshare .*ENOENT\n$/);
    expect(stderr).toMatch(/^sandbox: not available: unshare .*ENOENT\n$/);
  });

  test.each([[{ CI: 'true' }, []] as const, [{}, ['--loopback-only']] as const])(
    'with %j and options %j nothing runs and the exit code is 1',
    (env, options) => {
      expect(run(env, ...options)).toMatchObject({ status: 1, stdout: '' });
    },
  );
});
