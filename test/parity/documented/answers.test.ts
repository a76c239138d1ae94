// Lines of docs/differences.md about answers. test/repo/differences.test.ts says which test is for which line.
import { spawnSync } from 'node:child_process';
import { lookup as nodeLookup } from 'node:dns';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type TcpNetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { lookup, Resolver } from '../../../src';
import { reportOf } from '../../guest/guest';
import { describeUnless } from '../../support/describe-unless';
import { describeOnGlibc } from '../../support/on-glibc';
import { writeEtc } from '../../support/sandbox/etc-files';
import {
  describeInSandbox,
  restoreEtc,
  typesAsked,
  uniqueName,
  writeHosts,
  writeResolvConf,
} from '../../support/sandbox/in-sandbox';
import { look, systemAnswer } from '../answers/look';

describeInSandbox('net.connect with localAddress fd77::1 to a name with both families', () => {
  async function connected(options: Omit<TcpNetConnectOpts, 'port'>): Promise<string> {
    const server = createServer((socket) => socket.end()).listen(0, '::');
    onTestFinished(() => {
      server.close();
    });
    await once(server, 'listening');
    const address: AddressInfo | string | null = server.address();
    if (address === null || typeof address === 'string') throw new Error('it listens on no port');
    return new Promise((resolve) => {
      const socket = connect({ ...options, port: address.port, localAddress: 'fd77::1' });
      socket.on('connect', () => resolve(`from ${socket.localAddress}`));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.on('close', () => socket.destroy());
    });
  }
  const host = (): string => uniqueName('a-10-77-0-1.aaaa-fd77--1');

  test('connects with dns.lookup', async () => {
    expect(await connected({ host: host(), lookup: nodeLookup })).toBe('from fd77::1');
  });

  test('fails with EINVAL with our lookup, for it is given IPv4', async () => {
    expect(await connected({ host: host(), lookup })).toBe('EINVAL');
  });

  test('connects with our lookup and family: 6', async () => {
    expect(await connected({ host: host(), lookup, family: 6 })).toBe('from fd77::1');
  });
});

describeInSandbox('a nameserver that says NXDOMAIN to A, and has AAAA', () => {
  afterEach(restoreEtc);

  test('is believed where the hosts line is "files dns", and not by dns.lookup', async () => {
    writeEtc('nsswitch.conf', 'hosts: files dns');
    const name = uniqueName('aaaa-fd00--1.nxdomain-a');
    expect(await systemAnswer(name)).toEqual(['fd00::1']);
    expect(await look({}, name)).toMatchObject({ addresses: [], code: 'ENOTFOUND' });
  });

  test('is not where a module follows dns', async () => {
    writeEtc('nsswitch.conf', 'hosts: files dns files');
    expect((await look({}, uniqueName('aaaa-fd00--1.nxdomain-a'))).addresses).toEqual(['fd00::1']);
  });
});

describeInSandbox('a name that libc finds later than the deadline', () => {
  afterEach(restoreEtc);

  test('as the third candidate of a search list is EAI_AGAIN, and found with timeout: 0', async () => {
    const domains = ['nxdomain.delay-400.u-1.test', 'nxdomain.delay-400.u-2.test'];
    writeResolvConf(`nameserver 127.0.0.1\nsearch ${domains.join(' ')}\noptions ndots:9`);
    const [first, second] = [uniqueName('a-10-1-2-3.delay-400'), uniqueName('a-10-1-2-3.delay-400')];
    expect(await systemAnswer(first)).toEqual(['10.1.2.3']);
    const late = await promisify(new Resolver({ timeout: 1000 }).lookup)(second).catch(
      (error: unknown) => error,
    );
    expect(late).toMatchObject({ code: 'EAI_AGAIN', cause: { code: 'ETIMEOUT' } });
    expect((await look({ timeout: 0 }, second)).addresses).toEqual(['10.1.2.3']);
  });
});

const noCompiler =
  process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0
    ? undefined
    : 'needs Linux and a C compiler';

describeUnless(noCompiler, 'a name in .local', () => {
  describeInSandbox('that a module looks for on the link for 1.5 s, and nobody answers for', () => {
    let folder: string;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'addrinfo-nss-'));
      const file = join(folder, 'libnss_link.so.2');
      const source = join(__dirname, 'nss-link.c');
      const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-o', file, source], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stderr);
    });
    afterAll(() => rmSync(folder, { recursive: true }));
    afterEach(restoreEtc);

    const ask = (source: string): Promise<unknown> => {
      writeEtc('nsswitch.conf', 'hosts: files link [NOTFOUND=return] dns');
      return reportOf(
        `const begun = performance.now();
         const { value, error } = await ${source};
         report({ value, code: error?.code, waited: performance.now() - begun >= 1400 });`,
        { env: { LD_LIBRARY_PATH: folder } },
      );
    };

    test.each([
      ['dns.lookup', 'call(dns.lookup, "printer.local")'],
      ['lookup with timeout: 0', 'call(addrinfo.lookup, "printer.local", { timeout: 0 })'],
      ['lookup with the default timeout', 'call(addrinfo.lookup, "printer.local")'],
    ])('%s waits for it, and says ENOTFOUND', async (_name, source) => {
      expect(await ask(source)).toEqual({ code: 'ENOTFOUND', waited: true });
    });

    test('lookup with a deadline before that says EAI_AGAIN', async () => {
      expect(await ask('call(addrinfo.lookup, "printer.local", { timeout: 500 })')).toEqual({
        code: 'EAI_AGAIN',
        waited: false,
      });
    });
  });
});

describeOnGlibc('names that are asked for in one AF_UNSPEC call', () => {
  describeInSandbox('on glibc', () => {
    afterEach(restoreEtc);

    test.each([
      [5, ['A']],
      [6, ['A', 'AAAA']],
    ])('with %i search domains a name with both families is asked for by %j', async (count, types) => {
      const domains = Array.from({ length: count }, (_, n) => `d${n}.test`);
      writeResolvConf(`nameserver 127.0.0.1\nsearch ${domains.join(' ')}`);
      const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
      await look({}, name);
      expect([...typesAsked(name)].sort()).toEqual(types);
    });

    test.each([
      ['without HOSTALIASES', {}, ['A']],
      ['with HOSTALIASES', { HOSTALIASES: '/dev/null' }, ['A', 'AAAA']],
    ])('a single label %s is asked for by %j', async (_how, env, types) => {
      const domain = uniqueName('a-10-1-2-3.aaaa-fd00--1');
      writeResolvConf(`nameserver 127.0.0.1\nsearch ${domain}`);
      expect(
        await reportOf('report(await call(addrinfo.lookup, "db", { order: "ipv4first" }));', { env }),
      ).toEqual({
        value: '10.1.2.3',
      });
      expect([...typesAsked(`db.${domain}`)].sort()).toEqual(types);
    });
  });
});

describeOnGlibc('a name with both families', () => {
  describeInSandbox('by nsswitch.conf', () => {
    afterEach(restoreEtc);

    test.each([
      ['hosts: files dns', 1, ['A']],
      ['hosts: files dns', 2, ['A']],
      ['hosts: files dns files', 2, ['A']],
      ['hosts: files dns myhostname', 2, ['A']],
      ['hosts: files dns mymachines', 1, ['A']],
      ['hosts: files dns mymachines', 2, ['A', 'AAAA']],
      ['hosts: files mymachines dns', 1, ['A', 'AAAA']],
      ['passwd: files', 1, ['A']],
      ['passwd: files', 2, ['A', 'AAAA']],
    ])('"%s", with %i candidates: is asked for by %j', async (line, candidates, types) => {
      writeEtc('nsswitch.conf', line);
      writeResolvConf(`nameserver 127.0.0.1${candidates === 1 ? '' : '\nsearch other.test'}`);
      const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
      await look({}, name);
      expect([...typesAsked(name)].sort()).toEqual(types);
    });
  });
});

describeInSandbox('an edit of the hosts file', () => {
  afterEach(restoreEtc);

  test('is seen by lookups that start some ms later', async () => {
    const name = uniqueName('nxdomain');
    const resolver = new Resolver();
    for (const address of ['10.1.1.1', 'fd00::2', '10.1.1.3']) {
      writeHosts(`${address} ${name}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await resolver.promises.lookup(name)).toMatchObject({ address });
    }
    expect(typesAsked(name)).toEqual([]);
  });
});
