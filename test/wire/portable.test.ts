// What can be tested on any machine: no sandbox, no name server, nothing but localhost and literals. This
// is what runs on macOS, Windows and Alpine.

import { execFileSync } from 'node:child_process';
import dns from 'node:dns';
import { getSystemErrorMap, promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { constants, install, lookup, promises, Resolver, setThreads, threadStats } from '../../src/index';

test('lookup4 of localhost is 127.0.0.1', async () => {
  expect(await promises.lookup4('localhost')).toBe('127.0.0.1');
});

test('lookup of literals answers as dns.lookup does', async () => {
  const [own, theirs] = [promisify(lookup), promisify(dns.lookup)];
  for (const literal of ['127.0.0.1', '::1', '192.0.2.7', '2001:db8::7']) {
    expect(await own(literal)).toEqual(await theirs(literal));
    expect(await own(literal, { all: true })).toEqual(await theirs(literal, { all: true }));
  }
});

test('lookup of localhost, family 4, answers as dns.lookup does', async () => {
  expect(await promisify(lookup)('localhost', 4)).toEqual(await promisify(dns.lookup)('localhost', 4));
});

test('lookup4 of a name that cannot be one is EINVAL, with the number of this platform', async () => {
  const error = await promises.lookup4('x'.repeat(300)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'EINVAL', errno: expect.any(Number) });
  expect(getSystemErrorMap().get(Reflect.get(Object(error), 'errno'))?.[0]).toBe('EINVAL');
});

test('getaddrinfo with AI_NUMERICHOST refuses a name, with EAI_NONAME', async () => {
  const asked = promises.getaddrinfo('localhost', null, { flags: constants['AI_NUMERICHOST'] ?? 0 });
  await expect(asked).rejects.toMatchObject({ code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo' });
});

test('getaddrinfo of a literal and a port gives both back', async () => {
  const [first] = await promises.getaddrinfo('192.0.2.7', 8080, { socktype: constants['SOCK_STREAM'] ?? 1 });
  expect(first).toMatchObject({ family: 4, address: '192.0.2.7', port: 8080 });
});

test('lookupService of the loopback answers as dns.lookupService does', async () => {
  const theirs = await dns.promises.lookupService('127.0.0.1', 80);
  expect(await promises.lookupService('127.0.0.1', 80)).toEqual(theirs);
});

test("the flags are this platform's: those of dns, where dns has them", () => {
  expect(constants['AI_ADDRCONFIG']).toBe(dns.ADDRCONFIG);
  expect(constants['AI_V4MAPPED']).toBe(dns.V4MAPPED);
  expect(constants['AI_ALL']).toBe(dns.ALL);
  expect(constants['AF_INET']).toBe(2);
});

test('an aborted lookup rejects with the reason of its signal', async () => {
  const reason = new Error('enough');
  const signal = AbortSignal.abort(reason);
  await expect(promises.lookup4('localhost', { signal })).rejects.toBe(reason);
});

test('a thousand lookups at once are all answered, by at most max threads', async () => {
  const max = 8;
  setThreads({ max });
  onTestFinished(() => setThreads({ max: 16 }));
  // Each with a resolver of its own, or they would share one flight; without hedges, which come on top.
  const ask = () => new Resolver({ hedge: false }).lookup4('localhost');
  const answers = await Promise.all(Array.from({ length: 1000 }, ask));
  expect(new Set(answers)).toEqual(new Set(['127.0.0.1']));
  expect(threadStats().threads).toBeLessThanOrEqual(max);
});

test("require('addrinfo') loads one file and the addon, and bindings for a local build", () => {
  const script = `require(${JSON.stringify(require.resolve('../../dist/index.js'))});
    console.log(JSON.stringify(Object.keys(require.cache).map((file) => require('node:path').basename(file))));`;
  const files: unknown = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
  expect(files).toEqual(['index.js', 'bindings.js', 'index.js', 'addrinfo.node']);
});

test('the package exports its API and no more', () => {
  const api = [
    'Resolver',
    'constants',
    'getaddrinfo',
    'install',
    'lookup',
    'lookup4',
    'lookupService',
    'promises',
  ];
  expect(Object.keys(require('../../dist/index.js')).sort()).toEqual(
    [...api, 'setThreads', 'stats', 'threadStats'].sort(),
  );
  expect(Object.keys(install)).toEqual([]);
});

test('install puts lookup in the place of dns.lookup, and back', () => {
  const original = dns.lookup;
  const undo = install();
  expect(dns.lookup).not.toBe(original);
  undo();
  expect(dns.lookup).toBe(original);
});

test('a worker thread that is terminated in mid-lookup takes nothing with it', async () => {
  const source = `
    const { lookup4 } = require(${JSON.stringify(require.resolve('../../dist/index.js'))});
    const again = () => lookup4('localhost').then(again);
    for (let at = 0; at < 20; at += 1) again();
    require('node:worker_threads').parentPort.postMessage('running');
  `;
  for (let round = 0; round < 10; round += 1) {
    const worker = new Worker(source, { eval: true });
    await new Promise((resolve) => worker.once('message', resolve));
    await worker.terminate();
  }
  expect(await promises.lookup4('localhost')).toBe('127.0.0.1');
});
