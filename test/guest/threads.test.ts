import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../support/child';
import { describeUnless } from '../support/describe-unless';
import { limit, runLimited } from '../support/limited-child';
import { writeEtc } from '../support/sandbox/etc-files';
import { describeInSandbox, restoreEtc, uniqueName } from '../support/sandbox/in-sandbox';
import { runGuest } from './guest';

const root = join(__dirname, '../..');
const noLinux = process.platform === 'linux' ? undefined : 'needs Linux';

describeUnless(noLinux, 'at the limit of threads, in a service that was quiet', () => {
  describeInSandbox('its threads gone', () => {
    const noMore = { limited: (pid: number) => limit(pid, 'nproc', 1) };
    const QUIET = `
      addrinfo.setThreads({ idleTimeout: 50 });
      await addrinfo.lookup4('localhost');
      await new Promise((resolve) => require('node:dns').lookup('localhost', resolve));
      await new Promise((resolve) => setTimeout(resolve, 500));
      await step('limited');
    `;

    test('lookup, lookup4 and getaddrinfo are answered', async () => {
      const name = uniqueName('a-10-1-2-3');
      const result = await runLimited(
        `
        ${QUIET}
        const lookup = new Promise((resolve, reject) =>
          addrinfo.lookup('a.${name}', 4, (error, address) => error ? reject(error) : resolve(address)));
        const first = (list) => list[0].address;
        report({
          lookup: await codeOf(lookup),
          lookup4: await codeOf(addrinfo.lookup4('b.${name}')),
          getaddrinfo: await codeOf(addrinfo.getaddrinfo('c.${name}').then(first)),
        });
      `,
        noMore,
      );
      expect(result).toEqual({ lookup: '10.1.2.3', lookup4: '10.1.2.3', getaddrinfo: '10.1.2.3' });
    });

    test('20 lookups at once are answered', async () => {
      const name = uniqueName('a-10-1-2-3');
      const result = await runLimited(
        `
        ${QUIET}
        const all = await Promise.all(Array.from({ length: 20 }, (_, n) => codeOf(addrinfo.lookup4(n + '.${name}'))));
        report({ answers: [...new Set(all)] });
      `,
        noMore,
      );
      expect(result).toEqual({ answers: ['10.1.2.3'] });
    });
  });
});

const noCompiler = spawnSync('cc', ['--version']).status === 0 ? noLinux : 'needs a C compiler';

describeUnless(noCompiler, 'an NSS module that uses much stack', () => {
  describeInSandbox('on our threads', () => {
    let folder: string;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'addrinfo-nss-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));
    afterEach(restoreEtc);

    describe.each([1.2, 4])('%s MiB', (mebibytes) => {
      test.each([
        ['dns.lookup', "call(dns.lookup, 'localhost', 4)"],
        ['lookup', "call(addrinfo.lookup, 'localhost', 4)"],
        ['lookup4', "settled(addrinfo.lookup4('localhost'))"],
        ['lookup of any family', "call(addrinfo.lookup, 'localhost', { order: 'ipv4first' })"],
      ])('%s survives it', async (_name, ask) => {
        const file = join(folder, 'libnss_deep.so.2');
        const source = join(__dirname, 'fixtures/nss-deep.c');
        const flags = ['-shared', '-fPIC', '-O0', `-DSTACK=${Math.round(mebibytes * 2 ** 20)}`];
        const { status, stderr } = spawnSync('cc', [...flags, '-o', file, source], { encoding: 'utf8' });
        if (status !== 0) throw new Error(stderr);
        writeEtc('nsswitch.conf', 'hosts: deep files dns');
        const { report, signal, code } = await runGuest(`report(await ${ask})`, {
          env: { LD_LIBRARY_PATH: folder },
        });
        expect({ report, signal, code }).toEqual({ report: { value: '127.0.0.1' }, signal: null, code: 0 });
      });
    });
  });
});

const isRoot = process.getuid?.() === 0 ? noLinux : 'needs root';

describeUnless(isRoot, 'a package in a folder that the real user may not enter', () => {
  describeInSandbox('but the process may', () => {
    test('is loaded', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'addrinfo-closed-'));
      try {
        const home = join(folder, 'home');
        cpSync(join(root, 'dist'), join(home, 'dist'), { recursive: true });
        mkdirSync(join(home, 'build/Release'), { recursive: true });
        cpSync(join(root, 'build/Release/addrinfo.node'), join(home, 'build/Release/addrinfo.node'));
        symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
        chmodSync(home, 0o700);
        chmodSync(folder, 0o755);
        const asAnother = [
          '--reuid=12345',
          '--clear-groups',
          '--inh-caps=+dac_read_search',
          '--ambient-caps=+dac_read_search',
        ];
        const script = `require('${home}/dist').lookup4('localhost').then(console.log)`;
        const { stdout, stderr } = await runProgram(
          'setpriv',
          [...asAnother, process.execPath, '-e', script],
          { cwd: '/' },
        );
        expect({ stdout, stderr }).toEqual({ stdout: '127.0.0.1\n', stderr: '' });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
});
