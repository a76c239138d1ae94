import { SocketAddress } from 'node:net';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { getaddrinfo, lookup4, setThreads, threadStats } from '../../src/index';
import { parseWords } from '../../src/options/resolv-words';
import { resolverPolicy } from '../../src/options/resolver-options';
import { describeOnGlibc } from '../support/on-glibc';

// Whatever is passed as options: a complete value, or an error that names the option. Nothing goes on the
// wire: hosts are literals.

const RUNS = { numRuns: Number(process.env['ADDRINFO_FUZZ_RUNS'] ?? 300) };
const MAX_DELAY = 2 ** 31 - 1;

/** Any value at all, with those that are nearly right among them. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, -1, 0.5, 2 ** 31, 2 ** 53, '1', '', null, true),
  fc.constantFrom(Symbol('s'), () => 1, 10n, new Proxy({}, {}), Object.create(null)),
  fc.sparseArray(fc.constantFrom('::1', '127.0.0.1', 'a.test'), { maxLength: 4 }),
);

const ms = (min: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min, max: MAX_DELAY }),
    fc.double({ min, max: MAX_DELAY, noNaN: true }),
    fc.constantFrom(min, MAX_DELAY),
  );

const scope = fc.constantFrom('lo', '1', '1x', '-1', '0', '4294967297', 'nosuch0');
const literal = fc.oneof(fc.ipV4(), fc.ipV6());
const good = {
  families: fc.constantFrom('ipv4-only', 'ipv4-first', 'dual', 'system'),
  resolutionDelay: ms(0),
  timeout: ms(0),
  hedge: fc.oneof(fc.constant(false), ms(1)),
  cache: fc.oneof(
    fc.constant(false),
    fc.record(
      { ttl: ms(1), staleTtl: ms(0), negativeTtl: ms(0), maxEntries: fc.integer({ min: 1, max: 1e6 }) },
      { requiredKeys: ['ttl'] },
    ),
  ),
  maxPending: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
};
const goodResolv = {
  nameservers: fc.array(literal, { minLength: 1, maxLength: 3 }),
  search: fc.array(fc.constantFrom('a.test', 'b', 'straße.test', 'x.'), { maxLength: 6 }),
  ndots: fc.integer({ min: 0, max: 15 }),
  timeout: fc.integer({ min: 1, max: 30 }),
  attempts: fc.integer({ min: 1, max: 5 }),
  rotate: fc.boolean(),
  singleRequest: fc.boolean(),
  useVc: fc.boolean(),
  edns0: fc.boolean(),
};

interface Refusal {
  readonly message: string;
}

/** What a call threw; undefined when it did not. Only a TypeError with a code will do. */
function refusalOf(call: () => unknown): Refusal | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return asRefusal(error);
  }
}

function asRefusal(error: unknown): Refusal {
  if (!(error instanceof TypeError) || !('code' in error)) throw error;
  expect(error.code).toMatch(/^ERR_INVALID_ARG_(TYPE|VALUE)$/);
  return { message: error.message };
}

function expectComplete(policy: ReturnType<typeof resolverPolicy>): void {
  const { families, hedge, cache, maxPending } = policy;
  expect(['ipv4-only', 'ipv4-first', 'dual', 'system']).toContain(families);
  const times = [policy.resolutionDelay, policy.timeout, typeof hedge === 'number' ? hedge : 1];
  if (cache !== false) times.push(cache.ttl, cache.staleTtl, cache.negativeTtl);
  for (const time of times) expect(time >= 0 && time <= MAX_DELAY).toBe(true);
  for (const count of [maxPending, cache === false ? 1 : cache.maxEntries]) {
    expect(Number.isSafeInteger(count) && count >= 1).toBe(true);
  }
}

describe('options of a Resolver', () => {
  test('within their bounds are taken as they are', () => {
    const options = fc.record(good, { requiredKeys: [] });
    fc.assert(
      fc.property(options, (input) => {
        const policy = resolverPolicy(input);
        expectComplete(policy);
        expect(policy).toMatchObject(input);
      }),
      RUNS,
    );
  });

  test('of which one is anything at all give a complete policy, or an error that names that one', () => {
    const keys = [...Object.keys(good), 'resolv'];
    const options = fc.record(good, { requiredKeys: [] });
    fc.assert(
      fc.property(options, fc.constantFrom(...keys), anything, (input, key, value) => {
        const refusal = refusalOf(() => expectComplete(resolverPolicy({ ...input, [key]: value })));
        if (refusal !== undefined) expect(refusal.message).toMatch(new RegExp(`^options\\.${key}\\b`));
      }),
      RUNS,
    );
  });

  test('that are anything but an object, or have a name of their own, are refused as such', () => {
    fc.assert(
      fc.property(anything, (input) => {
        const refusal = refusalOf(() => expectComplete(resolverPolicy(input)));
        if (refusal !== undefined) expect(refusal.message).toMatch(/^options\b/);
      }),
      RUNS,
    );
  });
});

describeOnGlibc("resolv.conf's options", () => {
  test('within their bounds are taken', () => {
    fc.assert(
      fc.property(fc.record(goodResolv, { requiredKeys: [] }), (resolv) => {
        expect(resolverPolicy({ resolv }).resolv === undefined).toBe(Object.keys(resolv).length === 0);
      }),
      RUNS,
    );
  });

  test('of which one is anything at all are taken, or refused with an error that names that one', () => {
    const options = fc.record(goodResolv, { requiredKeys: [] });
    fc.assert(
      fc.property(options, fc.constantFrom(...Object.keys(goodResolv)), anything, (resolv, key, value) => {
        const refusal = refusalOf(() => resolverPolicy({ resolv: { ...resolv, [key]: value } }));
        if (refusal !== undefined)
          expect(refusal.message).toMatch(new RegExp(`^options\\.resolv\\.${key}\\b`));
        if (key !== 'nameservers' && key !== 'search') return;
        if (refusal === undefined && value !== undefined)
          expect(Object.keys(Object(value))).toHaveLength(Object(value).length);
      }),
      RUNS,
    );
  });

  test('a nameserver of any text is taken, or named', () => {
    const address = fc.oneof(
      literal,
      fc.tuple(fc.ipV6(), scope).map(([ip, zone]) => `${ip}%${zone}`),
      fc.tuple(fc.ipV6(), fc.integer({ min: -1, max: 70_000 })).map(([ip, port]) => `[${ip}]:${port}`),
      fc.tuple(fc.ipV4(), fc.integer({ min: -1, max: 70_000 })).map(([ip, port]) => `${ip}:${port}`),
      fc.string({ unit: 'binary', maxLength: 60 }),
    );
    fc.assert(
      fc.property(fc.array(address, { minLength: 1, maxLength: 3 }), (nameservers) => {
        const refusal = refusalOf(() => resolverPolicy({ resolv: { nameservers } }));
        if (refusal !== undefined) expect(refusal.message).toMatch(/^options\.resolv\.nameservers\b/);
      }),
      RUNS,
    );
  });
});

describe("resolv.conf's words", () => {
  const flags = { rotate: 'rotate', singleRequest: 'single-request', useVc: 'use-vc' };
  const numbers = ['ndots', 'timeout', 'attempts'] as const;
  const space = fc.stringMatching(/^[ \t\n]{1,3}$/);

  test('say what they say, in any order, with any white space', () => {
    const flag = fc.tuple(fc.constantFrom(...Object.entries(flags)), fc.boolean());
    const number = fc.tuple(fc.constantFrom(...numbers), fc.nat(99));
    const words = fc.array(fc.tuple(fc.oneof(flag, number), space));
    fc.assert(
      fc.property(words, (list) => {
        const expected: Record<string, unknown> = {};
        let text = '';
        for (const [[what, value], gap] of list) {
          const [key, word] =
            typeof what === 'string'
              ? [what, `${what}:${value}`]
              : [what[0], `${value ? '' : '-'}${what[1]}`];
          expected[key] = value;
          text += word + gap;
        }
        expect(parseWords('options', text)).toEqual(expected);
      }),
      RUNS,
    );
  });

  test('of any text are words that exist, or an error that names the option', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'rotate',
        '-rotate',
        'ndots:1',
        'timeout:31',
        'timeout',
        'ndots:-1',
        'no-aaaa',
        '__proto__',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(word, space)), (list) => {
        const refusal = refusalOf(() => parseWords('options.resolv', list.flat().join('')));
        if (refusal !== undefined) expect(refusal.message).toMatch(/^options\.resolv: /);
      }),
      RUNS,
    );
  });
});

describe('options of a lookup', () => {
  test('lookup4 with anything at all answers, or rejects with an error that names the option', async () => {
    const options = fc.oneof(
      anything,
      fc.record({ all: anything, timeout: anything, signal: anything }, { requiredKeys: [] }),
    );
    await fc.assert(
      fc.asyncProperty(options, async (input) => {
        const call: unknown = Reflect.apply(lookup4, undefined, ['192.0.2.1', input]);
        const result = await Promise.resolve(call).catch(asRefusal);
        if (typeof result === 'object' && result !== null && 'message' in result)
          expect(result.message).toMatch(/^options\b/);
        else expect([result].flat()).toEqual(['192.0.2.1']);
      }),
      RUNS,
    );
  });

  test('getaddrinfo with anything at all answers, fails as libc does, or names the hint', async () => {
    const field = fc.constantFrom('family', 'socktype', 'protocol', 'flags', 'timeout', 'signal', 'other');
    const service = fc.oneof(
      fc.constantFrom(null, undefined, 'http', 443, '443', '', 'no\0', -1, 65_536),
      anything,
    );
    await fc.assert(
      fc.asyncProperty(service, field, anything, async (name, key, value) => {
        const call: unknown = Reflect.apply(getaddrinfo, undefined, ['192.0.2.1', name, { [key]: value }]);
        try {
          const entries: unknown = await call;
          expect(entries).toEqual(
            Array(Object(entries).length).fill(expect.objectContaining({ address: '192.0.2.1' })),
          );
          expect(entries).not.toEqual([]);
        } catch (error) {
          if (error instanceof Error && 'syscall' in error) expect(error.syscall).toBe('getaddrinfo');
          else expect(asRefusal(error).message).toMatch(/^(hints|service)\b/);
        }
      }),
      RUNS,
    );
  });
});

test('getaddrinfo gives back any literal, port and type as they went in', async () => {
  const types = fc.constantFrom([1, 6] as const, [2, 17] as const);
  await fc.assert(
    fc.asyncProperty(
      literal,
      fc.integer({ min: 0, max: 65_535 }),
      types,
      async (text, port, [socktype, protocol]) => {
        const family = text.includes(':') ? 6 : 4;
        const { address } = new SocketAddress({ address: text, family: `ipv${family}` });
        const [entry, ...more] = await getaddrinfo(text, port, { socktype });
        expect(more).toEqual([]);
        expect(entry).toEqual({ family, socktype, protocol, address, port });
      },
    ),
    RUNS,
  );
});

describe('setThreads', () => {
  const threadBounds = () => {
    const { max, hardMax, idleTimeout } = threadStats();
    return { max, hardMax, idleTimeout };
  };
  const original = threadBounds();
  afterAll(() => setThreads(original));

  test('with anything at all leaves bounds that make sense', () => {
    const field = fc.oneof(fc.integer({ min: -1, max: 5000 }), anything);
    const options = fc.oneof(
      anything,
      fc.record({ max: field, hardMax: field, idleTimeout: field }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(options, (input) => {
        const before = threadBounds();
        const refusal = refusalOf(() => Reflect.apply(setThreads, undefined, [input]));
        const { max, hardMax } = threadBounds();
        expect(max >= 1 && max <= hardMax && hardMax <= 4096).toBe(true);
        if (refusal === undefined) return;
        expect(refusal.message).toMatch(/^options\b/);
        expect(threadBounds()).toEqual(before);
      }),
      RUNS,
    );
  });
});
