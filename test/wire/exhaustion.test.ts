import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../support/child';
import { limit, runLimited } from '../support/limited-child';
import {
  describeInSandbox,
  restoreEtc,
  uniqueName,
  writeHosts,
  writeResolvConf,
} from '../support/sandbox/in-sandbox';

describeInSandbox('no more threads', () => {
  test('a lookup that finds no thread fails with EAGAIN, and works again once there are some', async () => {
    const name = uniqueName('a-10-1-2-3');
    const result = await runLimited(
      `await step('take');
       const without = await codeOf(addrinfo.lookup4('one.${name}'));
       const callback = await new Promise((resolve) => addrinfo.lookup('two.${name}', (error) => resolve(error.code)));
       const { threads, queued } = addrinfo.threadStats();
       await step('give');
       report({ without, callback, threads, queued, again: await codeOf(addrinfo.lookup4('three.${name}')) });`,
      { take: (pid) => limit(pid, 'nproc', 1), give: (pid) => limit(pid, 'nproc', 1000) },
    );
    expect(result).toEqual({
      without: {
        errno: -11,
        code: 'EAGAIN',
        syscall: 'getaddrinfo',
        hostname: `one.${name}`,
        message: `getaddrinfo EAGAIN one.${name}`,
      },
      callback: 'EAGAIN',
      threads: 0,
      queued: 0,
      again: '10.1.2.3',
    });
  });

  test('lookups share the threads there are when no more can be started', async () => {
    const name = uniqueName('a-10-1-2-3.delay-20');
    const { addresses, threads } = await runLimited(
      `await addrinfo.lookup4('first.${name}');
       await step('take');
       const lookups = Array.from({ length: 20 }, (_, n) => codeOf(addrinfo.lookup4(n + '.${name}')));
       const addresses = await Promise.all(lookups);
       report({ addresses, threads: addrinfo.threadStats().threads });`,
      { take: (pid) => limit(pid, 'nproc', 1) },
    );
    expect(addresses).toEqual(Array(20).fill('10.1.2.3'));
    expect(threads).toBe(1);
  });
});

describeInSandbox('no file descriptors', () => {
  test('a lookup that can open no socket fails, and works again once it can', async () => {
    const name = uniqueName('a-10-1-2-3');
    const { without, again } = await runLimited(
      `await addrinfo.lookup4('first.${name}');
       await step('take');
       const without = await Promise.all([1, 2, 3].map((n) => codeOf(addrinfo.lookup4(n + '.${name}'))));
       await step('give');
       report({ without, again: await codeOf(addrinfo.lookup4('last.${name}')) });`,
      {
        take: (pid) => limit(pid, 'nofile', 1),
        give: (pid) => limit(pid, 'nofile', 1000),
      },
    );
    expect(again).toBe('10.1.2.3');
    for (const failure of Array.isArray(without) ? without : []) {
      expect(failure).toMatchObject({
        syscall: 'getaddrinfo',
        code: expect.stringMatching(/^(EAI_AGAIN|EMFILE)$/),
      });
    }
    expect(without).toHaveLength(3);
  });
});

// What libc says when it has no memory, and other things it says only then: from a getaddrinfo of our own.
describeInSandbox('whatever libc says', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'addrinfo-libc-'));
    const source = `#include <errno.h>
      #include <netdb.h>
      #include <stdlib.h>
      int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **list) {
        *list = NULL;
        errno = atoi(getenv("GAI_ERRNO"));
        return atoi(getenv("GAI_RESULT"));
      }`;
    writeFileSync(join(folder, 'libc.c'), source);
    execFileSync('cc', ['-shared', '-fPIC', '-o', join(folder, 'libc.so'), join(folder, 'libc.c')]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  // EAI_* of glibc, errno -> what Node's dns.lookup shows (reference: libuv's translation).
  test.each([
    ['EAI_MEMORY', -10, 0, -3006, 'EAI_MEMORY'],
    ['EAI_SYSTEM with ENOMEM', -11, 12, -12, 'ENOMEM'],
    ['EAI_SYSTEM with EMFILE', -11, 24, -24, 'EMFILE'],
    ['EAI_SYSTEM without an errno', -11, 0, -3007, 'ENOTFOUND'],
    ['EAI_FAIL', -4, 0, -3004, 'EAI_FAIL'],
    ['EAI_CANCELED', -101, 0, -3003, 'EAI_CANCELED'],
    ['success without an address', 0, 0, -3007, 'ENOTFOUND'],
    ['a code that libuv does not know', -104, 0, -3004, 'EAI_FAIL'],
  ])('%s', async (_, result, errno, expectedErrno, code) => {
    const script = `require('./dist').lookup4('x.test').catch(({ errno, code }) => console.log(JSON.stringify({ errno, code })))`;
    const env = {
      ...process.env,
      LD_PRELOAD: join(folder, 'libc.so'),
      GAI_RESULT: String(result),
      GAI_ERRNO: String(errno),
    };
    const { stdout, stderr, signal } = await runProgram(process.execPath, ['-e', script], { env });
    expect({ stderr, signal }).toEqual({ stderr: '', signal: null });
    expect(JSON.parse(stdout)).toEqual({ errno: expectedErrno, code });
  });
});

describeInSandbox("libc's files", () => {
  afterEach(restoreEtc);

  const settled = async (name: string): Promise<unknown> => {
    const script = `require('./dist').lookup4('${name}').then(console.log, (error) => console.log(error.code))`;
    const { stdout, stderr, signal } = await runProgram(process.execPath, ['-e', script]);
    expect({ stderr, signal }).toEqual({ stderr: '', signal: null });
    return stdout.trim();
  };

  test('a resolv.conf that is missing: libc asks the loopback address', async () => {
    rmSync('/etc/resolv.conf');
    expect(await settled(uniqueName('a-10-1-2-3'))).toBe('10.1.2.3');
  });

  test('a resolv.conf that cannot be read: a folder', async () => {
    rmSync('/etc/resolv.conf');
    mkdirSync('/etc/resolv.conf');
    try {
      expect(await settled(uniqueName('a-10-1-2-3'))).toMatch(/^(10\.1\.2\.3|E[A-Z_]+)$/);
    } finally {
      rmSync('/etc/resolv.conf', { recursive: true });
    }
  });

  test.each([
    ['empty', ''],
    [
      'of bytes that mean nothing',
      Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 131) & 255)).toString('latin1'),
    ],
    [
      'with lines of 100,000 characters',
      `# ${'x'.repeat(100_000)}\noptions ${'x'.repeat(100_000)}\nnameserver 127.0.0.1\n`,
    ],
    ['with values out of range', 'options ndots:999 timeout:-5 attempts:99999999999\nnameserver 127.0.0.1\n'],
  ])('a resolv.conf %s ends in an answer or an error', async (_, text) => {
    writeResolvConf(text);
    expect(await settled(uniqueName('a-10-1-2-3'))).toMatch(/^(10\.1\.2\.3|E[A-Z_]+)$/);
  });

  test('a hosts file of 200,000 lines is read to its end, and names that are not in it are asked for', async () => {
    const lines = Array.from(
      { length: 200_000 },
      (_, n) => `10.8.${(n >> 8) & 255}.${n & 255} host-line-${n}.hosts\n`,
    );
    writeHosts(`127.0.0.1 localhost\n${lines.join('')}10.8.8.8 the-last.hosts\n`);
    expect(await settled('the-last.hosts')).toBe('10.8.8.8');
    expect(await settled(uniqueName('a-10-1-2-3'))).toBe('10.1.2.3');
  });
});
