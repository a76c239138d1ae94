import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import { type AddressInfo, type LookupFunction } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { lookup } from '../../../src';
import { runProgram } from '../../support/child';
import { writeEtc } from '../../support/sandbox/etc-files';
import {
  describeInSandbox,
  restoreEtc,
  uniqueName,
  writeHosts,
  writeResolvConf,
} from '../../support/sandbox/in-sandbox';

/** A server that says who it is; the port. */
async function serve(who: string, host: string, port = 0): Promise<number> {
  const server: Server = createServer((_request, response) => response.end(who)).listen(port, host);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return address.port;
}

/** Two servers on one port: the right one by IPv6, another host's by IPv4. */
async function serveBoth(): Promise<number> {
  const port = await serve('the right host', 'fd77::1');
  await serve('another host', '10.77.0.1', port);
  return port;
}

async function fetched(how: 'fetch' | 'http.get', name: string, port: number, flags: readonly string[] = []) {
  const script = join(__dirname, 'get.cjs');
  const args = [...flags, '--require', 'addrinfo/register', script, how, `http://${name}:${port}/`];
  const { stdout, stderr } = await runProgram(process.execPath, args);
  return stdout + stderr;
}

describeInSandbox('under addrinfo/register', () => {
  afterEach(restoreEtc);

  for (const how of ['fetch', 'http.get'] as const) {
    test(`${how} of an IPv6-only Service does not reach a wildcard further down the search list`, async () => {
      const [unique = ''] = uniqueName().split('.');
      writeResolvConf(
        'nameserver 127.0.0.1\nsearch default.svc.cluster.local svc.cluster.local a-10-77-0-1.test\noptions ndots:5',
      );
      const port = await serveBoth();
      expect(await fetched(how, `db.aaaa-fd77--1.${unique}`, port)).toBe('the right host');
    });

    test(`${how} of a name with an IPv6 line in the hosts file goes there`, async () => {
      const name = uniqueName('a-10-77-0-1');
      writeHosts(`fd77::1 ${name}`);
      expect(await fetched(how, name, await serveBoth())).toBe('the right host');
    });

    test(`${how} of a name with a slow AAAA alone reaches it, a module after dns`, async () => {
      writeEtc('nsswitch.conf', 'hosts: files dns files');
      const name = uniqueName('aaaa-fd77--1.delay-aaaa-100');
      expect(await fetched(how, name, await serveBoth())).toBe('the right host');
    });

    test(`${how} of localhost reaches a server on ::1 alone`, async () => {
      expect(await fetched(how, 'localhost', await serve('the right host', '::1'))).toBe('the right host');
    });

    test(`${how} of a name with both families and --dns-result-order=ipv6first goes by IPv6`, async () => {
      const name = uniqueName('a-10-77-0-1.aaaa-fd77--1');
      const flags = ['--dns-result-order=ipv6first'];
      expect(await fetched(how, name, await serveBoth(), flags)).toBe('the right host');
    });
  }

  test('http.get of a name of digits alone goes by its line in the hosts file', async () => {
    writeHosts('127.0.0.7 123456789012');
    const port = await serve('the right host', '127.0.0.7');
    const source = `require('node:http').get({ host: '123456789012', port: ${port} }, (response) => {
      response.pipe(process.stdout);
    });`;
    const { stdout } = await runProgram(process.execPath, ['--require', 'addrinfo/register', '-e', source]);
    expect(stdout).toBe('the right host');
  });

  test("server.listen(0, 'localhost') listens where it does without register", async () => {
    const source = `const server = require('node:net').createServer().listen(0, 'localhost', () => {
      console.log(server.address().address);
      server.close();
    });`;
    const plain = await runProgram(process.execPath, ['-e', source]);
    const ours = await runProgram(process.execPath, ['--require', 'addrinfo/register', '-e', source]);
    expect([plain.stdout, ours.stdout]).toEqual(['::1\n', '::1\n']);
  });
});

describeInSandbox('http.get with our lookup', () => {
  test('of localhost reaches a server on ::1 alone', async () => {
    const port = await serve('the right host', '::1');
    const handed: LookupFunction = lookup;
    const status = await new Promise((resolve, reject) => {
      get({ host: 'localhost', port, lookup: handed, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(200);
  });
});
