import fc from 'fast-check';
import { lookupCalls } from './calls';

const quoted = (text: string): string => JSON.stringify(text);

/** Labels that the DNS server reads as directives, or not at all. */
const label = fc.oneof(
  fc.constantFrom('www', 'a-10-1-2-3', 'a-10-1-2-4', 'aaaa-fd00--1', 'aaaa-fd00--2', 'nodata-a', 'nxdomain'),
  fc
    .stringMatching(/^[A-Za-z0-9_-]{1,12}$/)
    .filter((text) => !/^[a-z]+-|^(?:many|drop|delay|loss|tc|dup)/i.test(text)),
  fc.constantFrom('straße', 'ÜBER', '例え', 'مثال', 'עברית', 'a\u0308', 'xn--nxasmq6b', 'xn--zz--', 'ﬀ', 'İ'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
);

const stop = fc.constantFrom('.', '.', '.', '.', '。', '..');

const name = fc
  .tuple(
    fc.array(fc.tuple(label, stop), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('test', 'TEST', 'test.'),
  )
  .map(([labels, zone]) => `${labels.flat().join('')}${zone}`);

const number = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 33 }).map(String),
  fc.integer({ min: 0, max: 2 ** 33 }).map((value) => `0x${value.toString(16)}`),
);

/** Some are addresses for libc alone. */
const numeric = fc.array(number, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));

// No NUL: Node 20 hands it on to getaddrinfo; later ones refuse it at once, as we do.
const binary = fc.string({ unit: 'binary', maxLength: 300 }).filter((text) => !text.includes('\0'));

const host = fc.oneof(
  { weight: 6, arbitrary: name.map(quoted) },
  { weight: 2, arbitrary: numeric.map(quoted) },
  { weight: 1, arbitrary: fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended()).map(quoted) },
  { weight: 1, arbitrary: binary.map(quoted) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('undefined', 'null', '0', '1', '{}', "'localhost'", "'hosts-both'"),
  },
);

const mostly = <T>(good: fc.Arbitrary<T>, bad: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: bad });

// No -0: Node 20 and 22 abort on it.
const anything = fc
  .oneof(
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.string({ maxLength: 4 }),
    fc.constant(null),
  )
  .filter((value) => !Object.is(value, -0))
  .map((value) => JSON.stringify(value));

const fields: Readonly<Record<string, fc.Arbitrary<string>>> = {
  family: mostly(fc.constantFrom('0', '4', '6', "'IPv4'", 'undefined'), anything),
  hints: mostly(
    fc.constantFrom('0', 'dns.ADDRCONFIG', 'dns.V4MAPPED', 'dns.V4MAPPED | dns.ALL', 'undefined'),
    anything,
  ),
  all: mostly(fc.constantFrom('true', 'false', 'undefined'), anything),
  verbatim: mostly(fc.constantFrom('true', 'false', 'undefined'), anything),
  order: mostly(fc.constantFrom("'verbatim'", "'ipv4first'", "'ipv6first'", 'undefined'), anything),
};

const options = mostly(
  fc.record(fields, { requiredKeys: [] }).map(
    (chosen) =>
      `{ ${Object.entries(chosen)
        .map(([key, value]) => `${key}: ${value}`)
        .join(', ')} }`,
  ),
  fc.oneof(fc.constantFrom('0', '4', '6', 'undefined', 'null', '[]'), anything),
);

/** The source of a lookup with a host, options and form of its own. */
export const lookupCall: fc.Arbitrary<string> = fc
  .tuple(host, options, fc.nat({ max: 1 }))
  .map(([hostSource, optionsSource, form]) => lookupCalls(hostSource, optionsSource)[form] ?? '');
