// Every line of docs/differences.md has a test. This finds it: by words of the line, the file and words of its title.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** [words of the line, file in test/, words of the title] */
const TESTS: readonly (readonly [line: string, file: string, title: string])[] = [
  [
    'An address that they give is one',
    'parity/machine/machine.test.ts',
    'answers as getaddrinfo(AF_UNSPEC) does',
  ],
  [
    'They find a name if and only if',
    'parity/machine/machine.test.ts',
    'answers as getaddrinfo(AF_UNSPEC) does',
  ],
  ["`families: 'ipv4-only'` is outside", 'wire/families.test.ts', 'ENOTFOUND, no AAAA sent'],
  [
    'A name that has IPv4 addresses gives no others',
    'parity/lookup.test.ts',
    'gives its IPv4 address and sends no AAAA',
  ],
  [
    "A caller who passes `order: 'ipv6first'`",
    'parity/answers/order-and-network.test.ts',
    'gives the IPv6 address first',
  ],
  ['A query is spared', 'unit/pipeline/families.test.ts', 'a name that does not exist is one question'],
  [
    '`localAddress` with an IPv6 address',
    'parity/documented/answers.test.ts',
    'connects with our lookup and family: 6',
  ],
  [
    'NXDOMAIN for A is believed',
    'parity/documented/answers.test.ts',
    'is believed where the hosts line is "files dns"',
  ],
  [
    'lists IPv4 addresses first. Once one family',
    'unit/pipeline/families.test.ts',
    'alone after resolutionDelay',
  ],
  [
    'asks for A alone while calls',
    'unit/pipeline/families.test.ts',
    'while calls left behind crowd the pool',
  ],
  [
    'takes an A record alone in the last second',
    'wire/resolv.test.ts',
    'the A comes in the last second before the deadline',
  ],
  ['A lookup ends after `timeout`', 'guest/retry-clients.test.ts', 'which is ours, stays ETIMEOUT'],
  [
    'that libc would find later',
    'parity/documented/answers.test.ts',
    'as the third candidate of a search list',
  ],
  [
    'names in `.local`',
    'parity/documented/answers.test.ts',
    'lookup with a deadline before that says EAI_AGAIN',
  ],
  ['if `maxPending` lookups wait', 'parity/lookup.test.ts', 'beyond maxPending calls back with EAI_AGAIN'],
  [
    'A call that is late is made again',
    'unit/pipeline/attempt.test.ts',
    'the second call is made at the delay',
  ],
  [
    'A nameserver that is silent while another one answers',
    'wire/nameservers.test.ts',
    'costs one lookup, and the next ones ask the other nameserver first',
  ],
  [
    '`failover: false` keeps the order',
    'wire/nameservers.test.ts',
    'is asked in every lookup with failover: false',
  ],
  [
    'An address wins at once',
    'unit/pipeline/attempt.test.ts',
    'a definite failure waits no longer than a second',
  ],
  ['Equal lookups at the same time', 'wire/pipeline.test.ts', 'are one query, and 100 answers of their own'],
  ['The lists are rotated', 'parity/answers/slow-answers.test.ts', 'that the server turns spread over all'],
  ['The files in `/etc`', 'parity/documented/answers.test.ts', 'is seen by lookups that start some ms later'],
  [
    'names in the hosts file',
    'parity/answers/sources.test.ts',
    'with an IPv6 line gives it, though DNS has A',
  ],
  ['names of digits and dots', 'parity/answers/sources.test.ts', 'of digits alone finds its line'],
  ['musl asks again for 5 s', 'platforms/platforms.test.ts', 'SERVFAIL is silence to musl'],
  [
    'has an IPv6 address and no IPv4 address',
    'parity/answers/order-and-network.test.ts',
    'without AI_ADDRCONFIG gives the IPv6 address first',
  ],
  [
    'every name on macOS and Windows',
    'unit/system/course-elsewhere.test.ts',
    'every name is asked for in one AF_UNSPEC call',
  ],
  ['six or more search domains', 'parity/documented/answers.test.ts', 'with %i search domains'],
  [
    'single labels under `HOSTALIASES`',
    'parity/documented/answers.test.ts',
    'a single label %s is asked for by',
  ],
  ['`files dns` on glibc', 'parity/documented/answers.test.ts', "'hosts: files dns', 2, ['A']"],
  [
    '`files` or `myhostname` after `dns`',
    'parity/documented/answers.test.ts',
    "'hosts: files dns myhostname', 2, ['A']",
  ],
  [
    'another module after `dns`',
    'parity/documented/answers.test.ts',
    "'hosts: files mymachines dns', 1, ['A', 'AAAA']",
  ],
  [
    'remembers for 5 minutes',
    'unit/pipeline/families.test.ts',
    'that only AF_UNSPEC found is asked for so at once, for five minutes',
  ],
  [
    'The options `signal` and `timeout`',
    'parity/lookup.test.ts',
    'throws a TypeError that names option and value',
  ],
  ['with a NUL byte', 'guest/options.test.ts', 'a NUL in a name'],
  ['called back in one turn', 'parity/documented/process.test.ts', 'are called back in one turn'],
  ['`process.exit()` and', 'wire/threads.test.ts', 'exits at once, where dns.lookup waits for its own'],
  ['`perf_hooks` entries', 'parity/documented/process.test.ts', 'perf_hooks has an entry of type dns'],
  [
    '`process.getActiveResourcesInfo()`',
    'parity/documented/process.test.ts',
    'getActiveResourcesInfo lists a pending',
  ],
  [
    'async_hooks see the request',
    'parity/documented/process.test.ts',
    'async_hooks find the name in the request',
  ],
  ['`DNSCHANNEL`', 'parity/documented/process.test.ts', 'async_hooks that are enabled late'],
  ['The stack of an error', 'parity/documented/process.test.ts', 'an error of ours has the fields'],
  ['Names that IDNA refuses', 'parity/documented/process.test.ts', 'goes to Node’s own function'],
  [
    '`--permission` without `--allow-net`',
    'parity/register.test.ts',
    'under --permission without --allow-net refuses',
  ],
];

const page = readFileSync('docs/differences.md', 'utf8').replaceAll(/\n {2,}/g, ' ');

/** Headings that are statements, list items and rows of tables. */
const lines = [
  ...[...page.matchAll(/^### (.*)$/gm)],
  ...[...page.matchAll(/^- (.*)$/gm)],
  ...[...page.matchAll(/^\| (?!set-up|---)(.*)$/gm)],
].map(([, line = '']) => line);

describe('docs/differences.md', () => {
  test.each(TESTS)('%s: %s has a test "%s"', (words, file, title) => {
    expect(page.replaceAll(/\s+/g, ' ')).toContain(words);
    expect(readFileSync(`test/${file}`, 'utf8')).toContain(title);
  });

  test.each(lines)('has a test for: %s', (line) => {
    expect(TESTS.filter(([words]) => line.includes(words)).map(([, , title]) => title)).not.toEqual([]);
  });
});
