import { describe, expect, test } from 'vitest';
import { checkConntrack } from '../../../src/cli/doctor/checks/conntrack';
import { parseConntrack } from '../../../src/cli/doctor/facts/conntrack-counters';
import type { Runtime } from '../../../src/cli/doctor/facts/environment';
import { knownServer } from '../../../src/cli/doctor/facts/environment';
import { percentile } from '../../../src/cli/doctor/probing/figures';
import { lookupSlots, patienceAfter, poolSize } from '../../../src/cli/doctor/probing/head-of-line';
import { MOST_QUERIES, QueryBudget } from '../../../src/cli/doctor/probing/query-budget';
import { remediesFor } from '../../../src/cli/doctor/remedies/remedies';
import type { AdviceContext } from '../../../src/cli/doctor/remedies/remedy';
import { duration, parseDuration } from '../../../src/cli/duration';
import { LEGEND, strip } from '../../../src/cli/strip';
import { paint, terminalOf, wrap } from '../../../src/cli/terminal';

describe('parseConntrack', () => {
  const heading =
    'entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop';
  const cpu = (clash: string, failed: string): string =>
    `0000000a  ${clash} 0 0 0 0 0 0 0 ${failed} 00000000 00000000`;

  test('sums the CPUs, in hexadecimal, and takes the entries once', () => {
    expect(
      parseConntrack([heading, cpu('00000010', '0000000f'), cpu('00000001', '00000001'), ''].join('\n')),
    ).toEqual({
      entries: 10,
      insertFailed: 16,
      clashResolve: 17,
    });
  });

  test('of a kernel that does not count clashes has none', () => {
    const old = heading.replace('clashres', 'searched');
    expect(parseConntrack([old, cpu('5', '1')].join('\n'))?.clashResolve).toBeUndefined();
  });

  test('of another text is undefined', () => {
    expect(parseConntrack('')).toBeUndefined();
    expect(parseConntrack('a b\n1 2')).toBeUndefined();
  });
});

test('patienceAfter late in an examination is a whole number of ms, and less than early in it', () => {
  const late = patienceAfter(51_234.567);
  expect(Number.isInteger(late)).toBe(true);
  expect(late).toBeLessThan(patienceAfter(0));
});

describe('checkConntrack', () => {
  const counters = { entries: 7, insertFailed: 3, clashResolve: 5 };

  test('of counters that grew warns of each, of clashes only where a lookup stalled', () => {
    const after = { own: { entries: 9, insertFailed: 5, clashResolve: 9 } };
    const check = checkConntrack('linux', { own: counters }, after, true);
    expect(check.status).toBe('warn');
    expect(check.summary).toContain('dropped 2 packets');
    expect(check.evidence.join()).toContain('4 clashes');
    const calm = { own: { ...counters, clashResolve: 9 } };
    expect(checkConntrack('linux', { own: counters }, calm, false).status).toBe('ok');
    expect(checkConntrack('linux', { own: counters }, calm, true).status).toBe('warn');
  });

  test('of a namespace that tracks nothing is no pass: the counters are elsewhere', () => {
    const own = { entries: 0, insertFailed: 0, clashResolve: 0 };
    const check = checkConntrack('linux', { own }, { own }, true);
    expect(check.status).toBe('skip');
    expect(check.meaning).toContain('conntrack -S');
  });

  test('where the file is missing is skipped with the reason', () => {
    expect(checkConntrack('linux', {}, {}, false)).toMatchObject({
      status: 'skip',
      summary: expect.stringContaining('/proc/net/stat/nf_conntrack is not there'),
    });
  });
});

describe('QueryBudget', () => {
  test('reserves no more than it has, and takes back what was not needed', () => {
    const budget = new QueryBudget();
    expect(budget.reserve(MOST_QUERIES - 10)).toBe(true);
    expect(budget.reserve(11)).toBe(false);
    budget.settle(MOST_QUERIES - 10, 20);
    expect([budget.spent, budget.left]).toEqual([20, MOST_QUERIES - 20]);
  });
});

describe('remediesFor', () => {
  const inA = (runtime: Runtime): AdviceContext => ({
    runtime,
    nameservers: ['10.96.0.9'],
    answering: [],
    search: [],
    options: ['ndots:5'],
    takesOption: () => true,
    takesNameservers: true,
    fullyQualified: [],
    host: 'api.corp.test',
    foundAsWritten: true,
    domains: [],
  });

  test('names the nameservers that answer, and the names, so that it can be pasted as it is', () => {
    const setting: AdviceContext = {
      ...inA('pod'),
      answering: ['10.96.0.10', '10.96.0.11'],
      search: ['svc.cluster.local'],
      fullyQualified: ['www.test.'],
    };
    const ids = ['nameservers', 'resolv-nameservers', 'trailing-dot'] as const;
    expect(remediesFor(ids, setting).map(({ paste }) => paste)).toEqual([
      'spec:\n  dnsPolicy: None\n  dnsConfig:\n    nameservers:\n      - 10.96.0.10\n      - 10.96.0.11\n    searches:\n      - svc.cluster.local\n    options:\n      - name: ndots\n        value: "5"',
      "// npm install addrinfo\nconst { Resolver } = require('addrinfo');\nconst { lookup } = new Resolver({ resolv: { nameservers: ['10.96.0.10', '10.96.0.11'] } });\nhttp.get(url, { lookup }, onResponse); // or new http.Agent({ lookup })",
      'www.test.',
    ]);
    const [nameservers] = remediesFor(ids, { ...setting, runtime: 'file' });
    expect(nameservers?.paste).toBe(
      [
        "sed '/^[[:blank:]]*nameserver/d' /etc/resolv.conf > /tmp/rewritten && cat /tmp/rewritten > /etc/resolv.conf",
        "echo 'nameserver 10.96.0.10' >> /etc/resolv.conf",
        "echo 'nameserver 10.96.0.11' >> /etc/resolv.conf",
      ].join('\n'),
    );
  });

  test('offers the same thing to paste once', () => {
    const remedies = remediesFor(['nameservers', 'nameservers'], inA('docker'));
    expect(remedies.map(({ ids }) => ids)).toEqual([['nameservers']]);
    expect(remedies[0]?.paste).toBe(
      'docker run --dns ADDRESS ...\n# or in /etc/docker/daemon.json: {"dns":["ADDRESS"]}',
    );
  });

  test('makes one piece of all resolver options, in the form of the place', () => {
    const ids = ['dns-config-ndots', 'lookup4', 'dns-config-single-request', 'dns-config-ndots'] as const;
    const pod = remediesFor(ids, inA('pod'));
    expect(pod.map((remedy) => remedy.ids)).toEqual([
      ['dns-config-ndots', 'dns-config-single-request'],
      ['lookup4'],
    ]);
    expect(pod[0]?.paste).toBe(
      'spec:\n  dnsConfig:\n    options:\n      - name: ndots\n        value: "2"\n      - name: single-request-reopen',
    );
    expect(pod[0]?.doesNotFix).toContain('does not cure lost AAAA answers');
    expect(remediesFor(ids, inA('docker'))[0]?.paste).toBe(
      'docker run --dns-option ndots:2 --dns-option single-request-reopen ...',
    );
    expect(remediesFor(ids, inA('file'))[0]?.paste).toBe(
      "echo 'options ndots:2 single-request-reopen' >> /etc/resolv.conf",
    );
    expect(remediesFor(ids, inA('resolved'))[0]).toMatchObject({
      paste: 'RES_OPTIONS="ndots:2 single-request-reopen" node app.js',
      check: 'RES_OPTIONS="ndots:2 single-request-reopen" npx addrinfo doctor api.corp.test',
    });
  });

  test('offers no option that this libc ignores, no ndots where the name is found in a search domain', () => {
    const musl: AdviceContext = { ...inA('file'), takesOption: (name) => name === 'ndots' };
    expect(remediesFor(['dns-config-no-aaaa'], musl)).toEqual([]);
    expect(remediesFor(['dns-config-ndots'], { ...musl, foundAsWritten: false })).toEqual([]);
  });

  test('takes a line of the hosts file for this name alone', () => {
    const [remedy] = remediesFor(['hosts-line'], { ...inA('file'), host: 'db.test' });
    expect(remedy?.paste).toContain("sed -E '/[[:blank:]]db\\.test([[:blank:]]|$)/d' /etc/hosts");
  });

  test('takes the domain at fault out of the search list, and keeps the others', () => {
    const search = ['svc.test', 'dead.test'];
    const given = { search, domains: ['dead.test'] };
    const pasteIn = (runtime: Runtime): string | undefined =>
      remediesFor(['search-domain'], { ...inA(runtime), ...given })[0]?.paste;
    expect(pasteIn('docker')).toBe('docker run --dns-search svc.test ...');
    expect(pasteIn('resolved')).toBe('resolvectl status # which link\nresolvectl domain LINK svc.test');
    expect(pasteIn('file')).toContain("echo 'search svc.test' >> /etc/resolv.conf");
    expect(
      remediesFor(['search-domain'], { ...inA('docker'), search: ['a.test'], domains: ['a.test'] })[0]?.paste,
    ).toBe('docker run --dns-search . ...');
    expect(remediesFor(['search-domain'], { ...inA('file'), search: [], domains: ['a.test'] })).toEqual([]);
  });
});

describe('strip', () => {
  const plain = { width: 80, colour: false };
  const mark = (ms: number, outcome: 'answered' | 'failed' = 'answered') => ({ ms, outcome });

  test('draws a bar a lookup, higher with its time, a cross where there was no answer', () => {
    const times = [0.5, 2, 10, 50, 200, 800, 3000, 5001];
    expect(strip(plain, [...times.map((ms) => mark(ms)), mark(1, 'failed')], 20)).toBe('▁▂▃▄▅▆▇█×');
  });

  test('shows the worst of several where they are more than fit', () => {
    const marks = Array.from({ length: 100 }, (_, at) => mark(at === 37 ? 5000 : 0.5));
    const drawn = strip(plain, marks, 10);
    expect(drawn).toBe('▁▁▁█▁▁▁▁▁▁');
  });

  test('is explained in one line of 80 columns', () => {
    expect(LEGEND.length).toBeLessThanOrEqual(76);
  });

  test('colours a stall red on a terminal with colours', () => {
    expect(strip({ width: 80, colour: true }, [mark(5000)], 1)).toBe('\u001b[31m█\u001b[0m');
  });
});

describe('terminalOf', () => {
  // The two properties that are looked at.
  const tty = Object.assign(Object.create(process.stdout), { isTTY: true, columns: 100 });
  const pipe = Object.assign(Object.create(process.stdout), { isTTY: false, columns: undefined });

  test('of a TTY has its width and colours, none with NO_COLOR or TERM=dumb', () => {
    expect(terminalOf(tty, {})).toEqual({ width: 100, colour: true });
    expect(terminalOf(tty, { NO_COLOR: '1' }).colour).toBe(false);
    expect(terminalOf(tty, { TERM: 'dumb' }).colour).toBe(false);
  });

  test('of a pipe has 80 columns and no colours', () => {
    expect(terminalOf(pipe, {})).toEqual({ width: 80, colour: false });
  });

  test('paint without colours leaves the text alone; wrap shows control characters', () => {
    expect(paint({ width: 80, colour: false }, 'red', 'x')).toBe('x');
    expect(wrap({ width: 12, colour: false }, 'one two\u001b three', '  ')).toEqual([
      '  one',
      '  two\\u001b',
      '  three',
    ]);
  });
});

test('percentile is the smallest value that so many do not exceed', () => {
  const values = Array.from({ length: 20 }, (_, at) => at + 1);
  expect([50, 95, 100].map((percent) => percentile(values, percent))).toEqual([10, 19, 20]);
  expect(percentile([], 50)).toBe(0);
});

test.each([
  [0.4242, '0.42 ms'],
  [1.04, '1.0 ms'],
  [12.4, '12 ms'],
  [999.4, '999 ms'],
  [5004, '5.00 s'],
  [100_000, '100 s'],
])('duration of %d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('parseDuration takes units, seconds without one, and names the option it refuses', () => {
  expect(['500ms', '3', '3s', '2m', '1h'].map((text) => parseDuration('--for', text, 1, 4_000_000))).toEqual([
    500, 3000, 3000, 120_000, 3_600_000,
  ]);
  expect(() => parseDuration('--for', '1d', 1000, 2000)).toThrow(
    "--for must be a time from 1s to 2s, got '1d'",
  );
  expect(() => parseDuration('--for', '\u001b[31m', 1000, 2000)).toThrow("got '\\u001b[31m'");
});

test.each([
  [undefined, 4, 2],
  ['1', 1, 1],
  ['0', 1, 1],
  ['8', 8, 4],
  ['5000', 1024, 512],
])('UV_THREADPOOL_SIZE %s is %d threads, %d of them for DNS', (value, threads, slots) => {
  expect(poolSize(value)).toBe(threads);
  expect(lookupSlots(threads)).toBe(slots);
});

test('knownServer tells the servers of Docker, systemd, Kubernetes, WSL and clouds by their address', () => {
  expect(knownServer('127.0.0.11')).toContain('Docker');
  expect(knownServer('127.0.0.53')).toBe('systemd-resolved');
  expect(knownServer('169.254.20.10')).toBe('NodeLocal DNSCache');
  expect(knownServer('10.255.255.254')).toContain('WSL');
  expect(knownServer('172.31.0.2')).toContain('VPC');
  expect(knownServer('8.8.8.8')).toBeUndefined();
});
