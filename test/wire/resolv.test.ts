import { readFileSync, stat } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Resolver, type ResolverOptions, setThreads, threadStats } from '../../src/index';
import { runNode } from '../support/child';
import { type DnsServer, startDnsServer } from '../support/dns-server/dns-server';
import {
  describeInSandbox,
  type LoggedQuery,
  queriesFor,
  restoreEtc,
  uniqueName,
  writeResolvConf,
} from '../support/sandbox/in-sandbox';

let one: DnsServer;
let two: DnsServer;

const at = (server: DnsServer): string => `${server.address}:${server.port}`;
const asked = (server: DnsServer, name: string): LoggedQuery[] =>
  server.queries.filter((query) => query.name.toLowerCase() === name.toLowerCase());
const types = (queries: readonly LoggedQuery[]): string[] => queries.map(({ type }) => type);
const ports = (queries: readonly LoggedQuery[]): number[] => queries.map(({ port }) => port);
/** ms between each query and the one before. */
const gaps = (queries: readonly LoggedQuery[]): number[] =>
  queries.slice(1).map(({ t }, index) => t - (queries[index]?.t ?? 0));

/** A resolver whose wire shows libc's own queries and no others. */
function bare(resolv: ResolverOptions['resolv'], more: ResolverOptions = {}): Resolver {
  return new Resolver({ hedge: false, ...(resolv === undefined ? {} : { resolv }), ...more });
}

/** UDP datagrams that this network namespace has sent. */
function datagramsSent(): number {
  const rows = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Udp:'));
  const [names = [], values = []] = rows.map((row) => row.split(' '));
  return Number(values[names.indexOf('OutDatagrams')]);
}

/** Connected UDP sockets of this network namespace whose other end is that port. */
function udpSocketsTo(port: number): number {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/udp', 'utf8').trim().split('\n').slice(1);
  return rows.filter((row) => row.trim().split(/\s+/)[2]?.endsWith(end)).length;
}

const { max, hardMax, idleTimeout } = threadStats();

beforeAll(async () => {
  one = await startDnsServer({ port: 0 });
  two = await startDnsServer({ port: 0, address: '127.0.0.2' });
});
afterEach(() => {
  restoreEtc();
  setThreads({ max, hardMax, idleTimeout });
});
afterAll(async () => {
  await one.close();
  await two.close();
});

/** libc waits for whole seconds; a busy machine may take up to 0.45 s more to notice. */
function expectSeconds(ms: number, seconds: number): void {
  expect(ms).toBeGreaterThan(seconds * 1000 - 30);
  expect(ms).toBeLessThan(seconds * 1000 + 450);
}

describeInSandbox('resolv', () => {
  test('nameservers with a port: the query goes there and nowhere else', async () => {
    const resolver = bare({ nameservers: [at(one)] });
    const name = uniqueName('a-10-1-2-3');
    const before = datagramsSent();
    expect(await resolver.lookup4(name)).toBe('10.1.2.3');
    // The query and its answer.
    expect(datagramsSent() - before).toBe(2);
    expect(types(asked(one, name))).toEqual(['A']);
    expect(queriesFor(name)).toEqual([]);
  });

  test('nameservers holds for lookup, getaddrinfo and lookupService', async () => {
    const resolver = bare({ nameservers: [at(one)] });
    const [first, second] = [uniqueName('a-10-1-2-3'), uniqueName('a-10-1-2-4')];
    expect(await resolver.promises.lookup(first)).toEqual({ address: '10.1.2.3', family: 4 });
    expect((await resolver.getaddrinfo(second, null, { socktype: 1 }))[0]?.address).toBe('10.1.2.4');
    expect(await resolver.promises.lookupService('10.45.6.7', 80)).toMatchObject({
      hostname: 'host-10-45-6-7.test',
    });
    expect(types(asked(one, first))).toEqual(['A']);
    expect(types(asked(one, second)).sort()).toEqual(['A', 'AAAA']);
    expect(types(asked(one, '7.6.45.10.in-addr.arpa'))).toEqual(['PTR']);
    expect([first, second, '7.6.45.10.in-addr.arpa'].flatMap(queriesFor)).toEqual([]);
  });

  test('an IPv6 nameserver, with and without a scope', async () => {
    const server = await startDnsServer({ address: '::1', port: 0 });
    const name = uniqueName('a-10-1-2-3');
    expect(await bare({ nameservers: [`[::1]:${server.port}`] }).lookup4(name)).toBe('10.1.2.3');
    expect(server.queries).toHaveLength(1);
    const scoped = uniqueName('a-10-1-2-4');
    expect(await bare({ nameservers: [`[::1%lo]:${server.port}`] }).lookup4(scoped)).toBe('10.1.2.4');
    await server.close();
  });

  test('nameservers after an IPv6 one of resolv.conf, three of both families', async () => {
    writeResolvConf('nameserver ::1\nnameserver 127.0.0.1\nnameserver fd77::1');
    const resolver = bare({ nameservers: ['[::1]:5', '127.0.0.1:5', at(one)] });
    for (let round = 0; round < 20; round += 1)
      expect(await resolver.lookup4(uniqueName())).toBe('10.53.0.1');
  });

  test('two resolvers never mix their nameservers in 10,000 interleaved lookups', async () => {
    const servers = await Promise.all(
      ['a-10-1-1-1', 'a-10-2-2-2'].map((directives) => startDnsServer({ port: 0, directives })),
    );
    const sides = servers.map((server, side) => ({
      server,
      // The servers share this event loop, and a busy machine may take seconds to let it run.
      resolver: new Resolver({ resolv: { nameservers: [at(server)], timeout: side + 9 }, timeout: 50_000 }),
      expected: side === 0 ? '10.1.1.1' : '10.2.2.2',
      names: new Set<string>(),
    }));
    let asked = 0;
    const wrong: unknown[] = [];
    const worker = async (): Promise<void> => {
      while (asked < 10_000) {
        const side = sides[asked % 2];
        asked += 1;
        const name = uniqueName();
        side?.names.add(name);
        const address = await side?.resolver.lookup4(name);
        if (address !== side?.expected) wrong.push([name, address]);
      }
    };
    await Promise.all(Array.from({ length: 100 }, worker));
    expect(wrong).toEqual([]);
    expect(asked).toBe(10_000);
    for (const { server, names } of sides) {
      expect(server.queries.filter(({ name }) => !names.has(name))).toEqual([]);
      await server.close();
    }
  }, 60_000);

  test('an overriding and a plain resolver never mix on the same thread', async () => {
    setThreads({ max: 1 });
    const overriding = bare({ nameservers: [at(one)], search: ['one.test'], ndots: 3, useVc: true });
    const plains = [bare(undefined), bare(undefined, { timeout: 0 })];
    for (let round = 0; round < 30; round += 1) {
      const [over, plain] = [uniqueName(), uniqueName()];
      await overriding.lookup4(over);
      await plains[round % 2]?.lookup4(plain);
      expect(asked(one, `${over}.one.test`).map(({ transport }) => transport)).toEqual(['tcp']);
      expect(queriesFor(plain).map(({ transport, type }) => `${transport} ${type}`)).toEqual(['udp A']);
      expect(queriesFor(`${plain}.one.test`)).toEqual([]);
    }
  });

  test('a resolver that nobody holds any more still answers, hedges and all', async () => {
    const name = uniqueName('a-10-1-2-3.drop-first-1');
    const script = `
      const { Resolver } = require('./dist');
      const started = () =>
        new Resolver({ hedge: 200, resolv: { nameservers: ['${at(one)}'] } }).lookup4('${name}');
      started().then(console.log);
      setInterval(gc, 10).unref();`;
    const { stdout, stderr } = await runNode(['--expose-gc', '-e', script]);
    expect([stdout, stderr]).toEqual(['10.1.2.3\n', '']);
    expect(asked(one, name).length).toBeGreaterThan(1);
  });

  test('nameservers that disagree about a name: asking each in turn shows which is stale', async () => {
    const stale = await startDnsServer({ port: 0, directives: 'a-10-9-9-9' });
    const name = uniqueName('a-10-1-2-3');
    const answers = [one, stale].map((server) => bare({ nameservers: [at(server)] }).lookup4(name));
    expect(await Promise.all(answers)).toEqual(['10.1.2.3', '10.9.9.9']);
    await stale.close();
  });

  test('without singleRequest, A and AAAA leave at once from one socket', async () => {
    const name = uniqueName('delay-a-200');
    await bare({ nameservers: [at(one)] }, { families: 'system' }).promises.lookup(name);
    const queries = asked(one, name);
    expect(types(queries).sort()).toEqual(['A', 'AAAA']);
    expect(new Set(ports(queries)).size).toBe(1);
    expect(gaps(queries)[0]).toBeLessThan(100);
  });

  test('singleRequest: AAAA only after the answer to A, from the same socket', async () => {
    const name = uniqueName('delay-a-200');
    const resolver = bare({ nameservers: [at(one)], singleRequest: true }, { families: 'system' });
    await resolver.promises.lookup(name);
    const queries = asked(one, name);
    expect(types(queries)).toEqual(['A', 'AAAA']);
    expect(new Set(ports(queries)).size).toBe(1);
    expect(gaps(queries)[0]).toBeGreaterThan(190);
  });

  test('singleRequestReopen: A and AAAA each from a socket of its own', async () => {
    const name = uniqueName('delay-a-200');
    const resolver = bare({ nameservers: [at(one)], singleRequestReopen: true }, { families: 'system' });
    await resolver.promises.lookup(name);
    const queries = asked(one, name);
    expect(types(queries)).toEqual(['A', 'AAAA']);
    expect(new Set(ports(queries)).size).toBe(2);
  });

  test('noAaaa: no AAAA query though the family is 0', async () => {
    const name = uniqueName();
    const resolver = bare({ nameservers: [at(one)], noAaaa: true }, { families: 'system' });
    expect(await resolver.promises.lookup(name, { all: true })).toEqual([
      { address: '10.53.0.1', family: 4 },
    ]);
    expect(types(asked(one, name))).toEqual(['A']);
  });

  test('useVc: over TCP', async () => {
    const name = uniqueName();
    await bare({ nameservers: [at(one)], useVc: true }).lookup4(name);
    expect(asked(one, name).map(({ transport }) => transport)).toEqual(['tcp']);
  });

  test('a flag that is false is off though resolv.conf has it on', async () => {
    writeResolvConf('nameserver 127.0.0.1\noptions use-vc edns0');
    const [on, off] = [uniqueName(), uniqueName()];
    await bare(undefined).lookup4(on);
    await bare({ useVc: false }).lookup4(off);
    const [first, second] = [queriesFor(on)[0], queriesFor(off)[0]];
    expect(first).toMatchObject({ transport: 'tcp', edns: expect.any(Number) });
    expect(second?.transport).toBe('udp');
    expect(second?.edns).toBe(first?.edns);
  });

  test('edns0 marks the query, and only where it is set', async () => {
    const [plain, marked] = [uniqueName(), uniqueName()];
    await bare({ nameservers: [at(one)] }).lookup4(plain);
    await bare({ nameservers: [at(one)], edns0: true }).lookup4(marked);
    expect([plain, marked].flatMap((name) => asked(one, name)).map(({ edns }) => edns > 0)).toEqual([
      false,
      true,
    ]);
  });

  test('ndots and search: the exact names asked, in order', async () => {
    async function namesAsked(resolv: ResolverOptions['resolv'], name: string): Promise<string[]> {
      const from = one.queries.length;
      const resolver = bare({ nameservers: [at(one)], ...(typeof resolv === 'object' ? resolv : {}) });
      await resolver.lookup4(name).catch(() => {});
      return one.queries.slice(from).map((query) => query.name);
    }
    const search = ['one.test', 'two.test'];
    const name = `nxdomain.${uniqueName().split('.')[0]}`;
    expect(await namesAsked({ search, ndots: 2 }, name)).toEqual([
      `${name}.one.test`,
      `${name}.two.test`,
      name,
    ]);
    expect(await namesAsked({ search, ndots: 1 }, name)).toEqual([
      name,
      `${name}.one.test`,
      `${name}.two.test`,
    ]);
    expect(await namesAsked({ search, ndots: 2 }, `${name}.`)).toEqual([name]);
    expect(await namesAsked({ search: [], ndots: 2 }, name)).toEqual([name]);

    // A longer list with the same beginning as the system's; then none instead of it.
    writeResolvConf('nameserver 127.0.0.1\nsearch one.test');
    expect(await namesAsked({ search, ndots: 2 }, name)).toEqual([
      `${name}.one.test`,
      `${name}.two.test`,
      name,
    ]);
    expect(await namesAsked({ search: [], ndots: 2 }, name)).toEqual([name]);
    expect(await namesAsked({ ndots: 2 }, name)).toEqual([`${name}.one.test`, name]);
  });

  test('search: six domains, as long as they may be', async () => {
    const long = `${'d'.repeat(38)}`;
    const search = ['a', 'b', 'c', 'd', 'e'].map((letter) => `${letter}${long}.b`).concat('n.test');
    const resolver = bare({ nameservers: [at(one)], search, ndots: 2 });
    const label = uniqueName().split('.')[0];
    expect(await resolver.lookup4(`host-10-1-1-1.${label}`)).toBe('10.1.1.1');
    expect(asked(one, `host-10-1-1-1.${label}.n.test`)).toHaveLength(1);
  });

  test('rotate: the nameservers take turns', async () => {
    const resolver = bare({ nameservers: [at(one), at(two)], rotate: true });
    const turns: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const name = uniqueName();
      await resolver.lookup4(name);
      turns.push(asked(one, name).length);
      expect(asked(one, name).length + asked(two, name).length).toBe(1);
    }
    expect(turns.slice(1).every((turn, index) => turn !== turns[index])).toBe(true);
  });

  test('without rotate, the first nameserver has every query', async () => {
    const resolver = bare({ nameservers: [at(two), at(one)], rotate: false });
    const names = Array.from({ length: 4 }, () => uniqueName());
    for (const name of names) await resolver.lookup4(name);
    expect(names.flatMap((name) => asked(one, name))).toEqual([]);
  });

  // Those that wait for libc's seconds, together: each asks servers and names of its own.
  test.concurrent('singleRequest: after a loss, each from a socket of its own', async () => {
    const name = uniqueName('drop-first-aaaa-1');
    const resolv = { nameservers: [at(one)], singleRequest: true, timeout: 1 };
    const found = await bare(resolv, { families: 'system' }).promises.lookup(name, { all: true });
    expect(found.map(({ family }) => family).sort()).toEqual([4, 6]);
    const queries = asked(one, name);
    expect(types(queries)).toEqual(['A', 'AAAA', 'A', 'AAAA']);
    const [a, aaaa, againA, againAaaa] = ports(queries);
    expect(aaaa).toBe(a);
    expect(againAaaa).not.toBe(againA);
  });

  test.concurrent('timeout and attempts: the exact number and spacing of retries', async () => {
    const name = uniqueName('drop');
    const resolver = bare({ nameservers: [at(one)], timeout: 1, attempts: 3 }, { timeout: 0 });
    const begun = performance.now();
    await expect(resolver.lookup4(name)).rejects.toMatchObject({ code: 'EAI_AGAIN' });
    expectSeconds(performance.now() - begun, 3);
    const queries = asked(one, name);
    expect(gaps(queries)).toHaveLength(2);
    for (const gap of gaps(queries)) expectSeconds(gap, 1);
    expect(new Set(ports(queries)).size).toBe(1);
  });

  test.concurrent('timeout: past a dead first nameserver after as many seconds', async () => {
    const name = uniqueName('a-10-1-2-3');
    const dead = await startDnsServer({ port: 0, directives: 'drop' });
    const resolver = bare({ nameservers: [at(dead), at(one)], timeout: 2 });
    const begun = performance.now();
    expect(await resolver.lookup4(name)).toBe('10.1.2.3');
    expectSeconds(performance.now() - begun, 2);
    await dead.close();
  });

  test('words do what options do', async () => {
    writeResolvConf('nameserver 127.0.0.1\nsearch one.test\noptions use-vc');
    const label = `nxdomain.${uniqueName().split('.')[0]}`;
    const resolver = bare('single-request  -use-vc\tndots:2', { families: 'system' });
    await resolver.promises.lookup(label).catch(() => {});
    const queries = queriesFor(`${label}.one.test`);
    expect(queries.map(({ type, transport }) => `${type} ${transport}`)).toEqual(['A udp', 'AAAA udp']);
  });

  test('an edit of resolv.conf is noticed by plain and by overriding resolvers', async () => {
    const moved = await startDnsServer({ address: '127.0.0.3', port: 53 });
    setThreads({ max: 1 });
    const resolvers = [
      bare(undefined),
      bare(undefined, { timeout: 0 }),
      bare({ timeout: 2 }),
      bare('no-aaaa'),
    ];
    for (const resolver of resolvers) await resolver.lookup4(uniqueName());
    expect(moved.queries).toEqual([]);
    writeResolvConf('nameserver 127.0.0.3');
    for (const resolver of [...resolvers, ...resolvers]) await resolver.lookup4(uniqueName());
    expect(moved.queries).toHaveLength(8);
    restoreEtc();
    for (const resolver of resolvers) await resolver.lookup4(uniqueName());
    expect(moved.queries).toHaveLength(8);
    await moved.close();
  });

  test('64 lookups on two threads share sockets, and none is open when they are done', async () => {
    setThreads({ max: 2 });
    const names = Array.from({ length: 64 }, (_, number) => `n${number}.${uniqueName()}`);
    const resolver = bare(undefined);
    await Promise.all(names.map((name) => resolver.lookup4(name)));
    const sockets = new Set(ports(names.flatMap((name) => queriesFor(name))));
    expect(sockets.size).toBeGreaterThanOrEqual(64 / 16);
    expect(sockets.size).toBeLessThan(64 / 2);
    await vi.waitFor(() => expect(udpSocketsTo(53)).toBe(0));
  });
});

describeInSandbox('late answers', () => {
  test("AAAA lost for good, 'system': the A comes in the last second before the deadline", async () => {
    const name = uniqueName('a-10-1-2-3.drop-aaaa');
    const begun = performance.now();
    const found = await new Resolver({ families: 'system', timeout: 3000 }).promises.lookup(name);
    expect(found).toEqual({ address: '10.1.2.3', family: 4 });
    const ms = performance.now() - begun;
    expect(ms).toBeGreaterThan(1950);
    expect(ms).toBeLessThan(3000);
  });

  test("an answer lost once, 'system': both addresses after the hedge", async () => {
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1.drop-first-aaaa-1');
    const begun = performance.now();
    const found = await new Resolver({ families: 'system' }).promises.lookup(name, { all: true });
    expect(found.map(({ address }) => address).sort()).toEqual(['10.1.2.3', 'fd00::1']);
    expect(performance.now() - begun).toBeLessThan(900);
  });

  test("a hedge's way of asking is not kept by its thread", async () => {
    // In a process of its own: an earlier test's losses may have taught a thread to ask like that.
    const labels = uniqueName();
    const script = `
      const { Resolver, threadStats } = require('./dist');
      const system = (hedge) => new Resolver({ families: 'system', hedge }).promises.lookup;
      const plain = system(false);
      (async () => {
        await system(100)('${uniqueName('delay-first-aaaa-1-400')}');
        while (threadStats().running + threadStats().slow > 0) await new Promise((resolve) => setTimeout(resolve, 20));
        for (let round = 0; round < 4; round += 1)
          await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((n) => plain('n' + round + n + '.${labels}')));
      })();`;
    expect(await runNode(['-e', script])).toMatchObject({ stdout: '', stderr: '' });
    const names = [0, 1, 2, 3].flatMap((round) =>
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `n${round}${n}.${labels}`),
    );
    for (const name of names) {
      expect(types(queriesFor(name)).sort()).toEqual(['A', 'AAAA']);
      expect(new Set(ports(queriesFor(name))).size).toBe(1);
    }
  });

  test('a loop that is busy beyond the deadline still reports ETIMEOUT', async () => {
    const lookup = new Resolver({ hedge: false, timeout: 500 }).lookup4(uniqueName('drop'));
    // In the poll phase, so that what libc has said since comes before the timers.
    await new Promise((resolve) => stat('/', resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
    await expect(lookup).rejects.toMatchObject({ code: 'ETIMEOUT' });
  });

  test("a resolver's own timeout and attempts that ask for less are kept", async () => {
    const begun = performance.now();
    const resolver = bare({ timeout: 1, attempts: 2 });
    await expect(resolver.lookup4(uniqueName('drop'))).rejects.toMatchObject({ code: 'EAI_AGAIN' });
    expectSeconds(performance.now() - begun, 2);
  });

  test('a dead first nameserver costs little more than the hedge', async () => {
    const dead = await startDnsServer({ address: '127.0.0.4', port: 53, directives: 'drop' });
    writeResolvConf('nameserver 127.0.0.4\nnameserver 127.0.0.1');
    const begun = performance.now();
    expect(await new Resolver().lookup4(uniqueName('a-10-1-2-3'))).toBe('10.1.2.3');
    expect(performance.now() - begun).toBeLessThan(1500);
    await dead.close();
  });
});
