import { afterEach, expect, test, vi } from 'vitest';
import { constants, Resolver, type ResolverOptions, threadStats } from '../../src/index';
import {
  ANSWERED,
  aRecord,
  header,
  type RawAnswer,
  type RawDnsServer,
  startRawDnsServer,
  TRUNCATED,
} from '../support/dns-server/raw-dns-server';
import { describeInSandbox, uniqueName } from '../support/sandbox/in-sandbox';

const running: RawDnsServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

const DEADLINE = 2500;

/** A resolver that asks nobody but a server that answers so. */
async function asking(answer: RawAnswer, more: ResolverOptions = {}): Promise<Resolver> {
  const server = await startRawDnsServer(answer);
  running.push(server);
  return new Resolver({
    timeout: DEADLINE,
    resolv: { nameservers: [server.at], timeout: 1, attempts: 1 },
    ...more,
  });
}

async function codeOf(lookup: Promise<unknown>): Promise<unknown> {
  try {
    return await lookup;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

/** Codes of a lookup that failed, in Node's shape. */
const failures = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ETIMEOUT'];

const withRecords = (query: Buffer, ...records: Buffer[]): Buffer =>
  Buffer.concat([header(query, ANSWERED, records.length), ...records]);

const good = (query: Buffer): Buffer => withRecords(query, aRecord([10, 1, 2, 3]));
const wrong = (query: Buffer): Buffer => withRecords(query, aRecord([6, 6, 6, 6]));

/** A record whose owner, or whose target, is these bytes. */
const record = (owner: number[], type: number, data: number[], length = data.length): Buffer =>
  Buffer.from([...owner, 0, type, 0, 1, 0, 0, 0, 1, length >> 8, length & 255, ...data]);

const selfPointer = (query: Buffer): number[] => {
  const at = header(query, 0, 0).length;
  return [0xc0 | (at >> 8), at & 255];
};

const hostile: Record<string, (query: Buffer) => Buffer> = {
  'nothing at all': () => Buffer.alloc(0),
  'one byte': () => Buffer.from([1]),
  'the header cut in the middle': (query) => good(query).subarray(0, 7),
  'the question cut in the middle': (query) => good(query).subarray(0, 15),
  'the record cut in the middle': (query) => good(query).subarray(0, good(query).length - 3),
  'more records announced than there are': (query) => {
    const message = good(query);
    message.writeUInt16BE(0xffff, 6);
    return message;
  },
  'a compression pointer to itself': (query) =>
    withRecords(query, record(selfPointer(query), 1, [1, 2, 3, 4])),
  'a compression pointer beyond the end': (query) =>
    withRecords(query, record([0xff, 0xff], 1, [1, 2, 3, 4])),
  'a CNAME to itself': (query) => withRecords(query, record([0xc0, 12], 5, [0xc0, 12])),
  'a label of reserved type': (query) => withRecords(query, record([0x80, 1], 1, [1, 2, 3, 4])),
  'an A record of three bytes': (query) => withRecords(query, record([0xc0, 12], 1, [1, 2, 3])),
  'an A record of no bytes': (query) => withRecords(query, record([0xc0, 12], 1, [])),
  'a record longer than the message': (query) =>
    withRecords(query, record([0xc0, 12], 1, [1, 2, 3, 4], 0xffff)),
  'records of another type': (query) => withRecords(query, record([0xc0, 12], 16, [2, 104, 105])),
  'no question': (query) => {
    const message = Buffer.concat([query.subarray(0, 12), aRecord([9, 9, 9, 9])]);
    message.writeUInt16BE(ANSWERED, 2);
    message.writeUInt16BE(0, 4);
    message.writeUInt16BE(1, 6);
    return message;
  },
  'a query instead of an answer': (query) => query,
  'random bytes behind the right header': (query) =>
    Buffer.concat([
      header(query, ANSWERED, 3),
      Buffer.from(Array.from({ length: 400 }, (_, at) => (at * 197) & 255)),
    ]),
};

describeInSandbox('answers that nobody should send', () => {
  test.each(Object.entries(hostile))(
    '%s ends in an error, in time, and the next answer is taken',
    async (_, bytes) => {
      let broken = true;
      const resolver = await asking({ udp: (query) => [broken ? bytes(query) : good(query)] });
      const begun = performance.now();
      expect(failures).toContain(await codeOf(resolver.lookup4(uniqueName('x'))));
      expect(performance.now() - begun).toBeLessThan(DEADLINE + 1000);
      broken = false;
      expect(await resolver.lookup4(uniqueName('x'))).toBe('10.1.2.3');
    },
  );

  test('a canonical name of control characters does not reach the caller as such', async () => {
    const sgr = [4, 27, 91, 51, 109, 0]; // ESC [ 3 m
    const resolver = await asking({
      udp: (query) => [
        withRecords(query, record([0xc0, 12], 5, sgr), record(sgr.slice(0, -1), 1, [10, 1, 2, 3])),
      ],
    });
    const hints = { family: 4, flags: constants['AI_CANONNAME'] ?? 0 } as const;
    const entries = await resolver.getaddrinfo(uniqueName('x'), null, hints).catch(() => []);
    // glibc refuses the name, or writes it as a zone file would: \027[3m.
    for (const { canonname = '' } of entries) expect(canonname).toMatch(/^[\x20-\x7e]*$/);
  });

  test.each([
    ['port', '127.0.0.1'],
    ['address', '127.0.0.2'],
  ] as const)('an answer from another %s than was asked is not taken', async (_, fromElsewhere) => {
    const resolver = await asking({ udp: (query) => [good(query)], fromElsewhere });
    expect(failures).toContain(await codeOf(resolver.lookup4(uniqueName('x'))));
  });

  test('an answer with a wrong id, or to another question, is not taken; the right one behind it is', async () => {
    const resolver = await asking({
      udp: (query) => {
        const wrongId = wrong(query);
        wrongId.writeUInt16BE((wrongId.readUInt16BE(0) + 1) & 0xffff, 0);
        const wrongName = wrong(query);
        wrongName[13] = wrongName[13] === 113 ? 114 : 113;
        return [wrongId, wrongName, good(query)];
      },
    });
    expect(await resolver.lookup4(uniqueName('x'))).toBe('10.1.2.3');
  });

  test.each([
    ['at once', undefined],
    ['late', 5],
  ])('a second, different answer that comes %s changes nothing', async (_, laterBy) => {
    const udp = (query: Buffer): Buffer[] => [good(query), wrong(query), wrong(query)];
    const resolver = await asking(laterBy === undefined ? { udp } : { udp, laterBy });
    for (let round = 0; round < 20; round += 1) {
      expect(await resolver.lookup4(uniqueName(`x${round}`))).toBe('10.1.2.3');
    }
  });

  test('4,000 addresses in an answer of 64 KiB all arrive', async () => {
    const addresses = Array.from({ length: 4000 }, (_, at): [number, number, number, number] => [
      10,
      9,
      at >> 8,
      at & 255,
    ]);
    const resolver = await asking({
      udp: (query) => [header(query, TRUNCATED, 0)],
      tcp: (query) => withRecords(query, ...addresses.map(aRecord)),
    });
    const found = await resolver.lookup4(uniqueName('x'), { all: true });
    expect(new Set(found)).toEqual(new Set(addresses.map((address) => address.join('.'))));
  });

  test.each([
    ['ends without a word', () => undefined],
    ['is cut in the middle of the answer', (query: Buffer) => good(query).subarray(0, 20)],
  ] as const)('a TCP connection that %s ends in an error, in time', async (_, tcp) => {
    const resolver = await asking({ udp: (query) => [header(query, TRUNCATED, 0)], tcp });
    const begun = performance.now();
    expect(failures).toContain(await codeOf(resolver.lookup4(uniqueName('x'))));
    expect(performance.now() - begun).toBeLessThan(DEADLINE + 1000);
  });

  test('threads come back after all of that', async () => {
    await vi.waitUntil(() => threadStats().running + threadStats().slow === 0, 15_000);
    expect(threadStats()).toMatchObject({ running: 0, slow: 0, abandoned: 0, queued: 0 });
  });
});
