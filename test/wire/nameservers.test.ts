// Which nameserver is asked, by the queries that come to each. The first one is a socket of this file, which says
// nothing unless it is told to; the second one is the sandbox's.
import { createSocket, type Socket } from 'node:dgram';
import { tracingChannel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type LookupTrace, Resolver } from '../../src/index';
import { describeInSandbox, restoreEtc, uniqueName, writeResolvConf } from '../support/sandbox/in-sandbox';

const FIRST = '127.0.0.2';
const SECOND = '127.0.0.1';

let socket: Socket;
let queries = 0;
let isSilent = true;
let lists = 0;

// An answer is asked of the sandbox's server, and goes back as it is.
function forward(query: Buffer, port: number): void {
  queries += 1;
  if (isSilent) return;
  const upstream = createSocket('udp4');
  upstream.once('message', (answer) => {
    socket.send(answer, port, SECOND);
    upstream.close();
  });
  upstream.send(query, 53, SECOND);
}

// A third one, which is never asked: no test knows what another one has learned.
function useBoth(options = ''): void {
  lists += 1;
  const third = `127.0.1.${lists}`;
  writeResolvConf(
    `nameserver ${FIRST}\nnameserver ${SECOND}\nnameserver ${third}\noptions ndots:1 ${options}`,
  );
}

async function timed(work: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
}

describeInSandbox('a first nameserver that is silent', () => {
  beforeAll(async () => {
    socket = createSocket('udp4');
    socket.on('message', (query, { port }) => forward(query, port));
    socket.bind(53, FIRST);
    await once(socket, 'listening');
  });
  afterAll(async () => {
    restoreEtc();
    socket.close();
    await once(socket, 'close');
  });
  afterEach(() => {
    isSilent = true;
    queries = 0;
  });

  const ask = (resolver: Resolver): Promise<string> => resolver.lookup4(uniqueName('a-10-1-2-3'));

  test('costs one lookup, and the next ones ask the other nameserver first', async () => {
    useBoth();
    const resolver = new Resolver();
    const first = await timed(ask(resolver));
    const before = queries;
    const next = await timed(Promise.all(Array.from({ length: 200 }, () => ask(resolver))));
    expect(first).toBeLessThan(950);
    expect(next).toBeLessThan(950);
    expect(queries).toBe(before);
    expect(resolver.stats().nameservers).toMatchObject([
      { address: FIRST, state: 'silent', answers: 0, silences: 1 },
      { address: SECOND, state: 'answering' },
      { state: 'unknown' },
    ]);
  });

  test('is known to every resolver of the process, and not to one with other nameservers', async () => {
    useBoth();
    await ask(new Resolver());
    const states = (resolver: Resolver) => resolver.stats().nameservers.map(({ state }) => state);
    expect(states(new Resolver({ timeout: 1000 }))).toEqual(['silent', 'answering', 'unknown']);
    const own = new Resolver({ resolv: { nameservers: [SECOND, FIRST] } });
    expect(states(own)).toEqual(['unknown', 'unknown']);
  });

  test('is asked in every lookup with failover: false', async () => {
    useBoth('timeout:1');
    const resolver = new Resolver({ failover: false, timeout: 10_000 });
    for (let count = 0; count < 2; count += 1) await ask(resolver);
    expect(queries).toBeGreaterThanOrEqual(2);
  });

  test('is forgotten when resolv.conf names others', async () => {
    useBoth();
    const resolver = new Resolver();
    await ask(resolver);
    writeResolvConf(`nameserver ${SECOND}\nnameserver ${FIRST}`);
    await new Promise((done) => setTimeout(done, 20));
    expect(resolver.stats().nameservers.map(({ address, state }) => [address, state])).toEqual([
      [SECOND, 'unknown'],
      [FIRST, 'unknown'],
    ]);
  });

  test('is known to all resolvers alike after resolv.conf has changed and changed back', async () => {
    useBoth();
    const text = readFileSync('/etc/resolv.conf', 'utf8');
    const [idle, busy] = [new Resolver(), new Resolver()];
    const states = (resolver: Resolver) => resolver.stats().nameservers.map(({ state }) => state);
    expect(states(idle)).toEqual(states(busy));
    for (const conf of [`nameserver ${SECOND}`, text]) {
      writeResolvConf(conf);
      await new Promise((done) => setTimeout(done, 20));
      busy.stats();
    }
    await ask(busy);
    expect(states(busy)).toEqual(['silent', 'answering', 'unknown']);
    expect(states(idle)).toEqual(states(busy));
  });

  test('is probed with a copy of a question, and is the first again once it answers', async () => {
    useBoth();
    const resolver = new Resolver();
    await ask(resolver);
    const before = queries;
    isSilent = false;
    const begun = performance.now();
    while (performance.now() - begun < 12_000 && resolver.stats().nameservers[0]?.state !== 'answering') {
      await ask(resolver);
      await new Promise((done) => setTimeout(done, 50));
    }
    expect(queries).toBe(before + 1);
    expect(performance.now() - begun).toBeGreaterThan(3000);
    await ask(resolver);
    expect(queries).toBe(before + 2);
  });

  test('with rotate, the turns go round those that answer', async () => {
    useBoth('rotate');
    const resolver = new Resolver();
    await ask(resolver);
    await ask(resolver);
    const before = queries;
    for (let count = 0; count < 20; count += 1) await ask(resolver);
    expect(queries).toBe(before);
  });

  test('a trace says who answered, and that a hosts-file name asked nobody', async () => {
    useBoth();
    isSilent = false;
    const traces: LookupTrace[] = [];
    const note = (trace: unknown): void => {
      traces.push(trace as LookupTrace);
    };
    const channel = tracingChannel('addrinfo:lookup').asyncEnd;
    channel.subscribe(note);
    try {
      const resolver = new Resolver();
      await ask(resolver);
      await new Promise((done) => setTimeout(done, 20));
      await resolver.lookup4('localhost');
    } finally {
      channel.unsubscribe(note);
    }
    expect(traces).toMatchObject([
      { nameserver: FIRST, sent: true, attempts: 1, queued: expect.any(Number), libc: expect.any(Number) },
      { sent: false, attempts: 1 },
    ]);
  });
});
