#!/usr/bin/env node
// npm run test:more                       what there is, and what it needs
// npm run test:more -- SUITE [ARGS...]    runs it; ARGS go to its last command

import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const build = ['node', 'scripts/build.mjs'];
const sandbox = ['node', 'test/support/sandbox/sandbox.mjs'];
const make = ['make', '--no-print-directory', '-C', 'test/native'];

/** @type {Readonly<Record<string, { about: string, run: readonly (readonly string[])[], env?: Readonly<Record<string, string>> }>>} */
const suites = {
  portable: {
    about: 'what macOS, Windows and Alpine can run too',
    run: [
      build,
      [
        ...['vitest', 'run', 'test/unit/options.test.ts', 'test/unit/prebuilt.test.ts'],
        ...['test/wire/portable.test.ts', 'test/unit/pipeline'],
      ],
    ],
  },
  sanitize: {
    about: 'the C++ core under ThreadSanitizer, AddressSanitizer and UBSan; clang-tidy. Needs clang, doctest',
    run: [
      [...make, 'annotations', 'tidy', 'unsupported'],
      [...make, '-j2', 'check', 'SANITIZE=thread'],
      [...make, '-j2', 'check', 'SANITIZE=address,undefined'],
      ['node', 'test/native/addon.mjs'],
    ],
  },
  musl: {
    about: 'the C++ core on musl. Needs doctest and the registry, for a compiler',
    run: [['node', 'test/native/musl.mjs']],
  },
  fuzz: {
    about: 'libFuzzer on what native code parses: 40 s, or --minutes N. Needs clang',
    run: [['node', 'test/native/fuzz/run.mjs']],
  },
  runners: {
    about: 'a project under each test runner: jest, vitest, mocha, ava, node:test. Needs the registry',
    run: [build, ['node', 'test/runners/main.mjs']],
  },
  soak: {
    about: 'mixed load with faults: an hour, or --minutes N',
    run: [build, [...sandbox, '--query-log', 'off', '--', 'node', '--import', 'tsx', 'test/soak/main.ts']],
  },
  teardown: {
    about: 'workers terminated in mid-lookup, 500 times on each Node version. Needs the registry',
    run: [
      build,
      ['node', 'test/support/node-versions.mjs'],
      [...sandbox, '--', 'vitest', 'run', 'test/wire/teardown.test.ts'],
    ],
    env: { ADDRINFO_NODE_VERSIONS: '20 22 24 26', ADDRINFO_TEARDOWN_WORKERS: '500' },
  },
  runtimes: {
    about: 'a smoke test on Bun and Deno. Needs the registry',
    run: [
      build,
      ['node', 'test/support/other-runtimes.mjs'],
      [...sandbox, '--', 'vitest', 'run', '--config', 'test/runtimes/vitest.config.mts'],
    ],
  },
  doctor: {
    about:
      'set-ups with a known cause, and what the doctor says of them. Needs dnsmasq, unbound, bind9, knot, tcpdump',
    run: [build, ['node', '--import', 'tsx', 'test/doctor/run.ts']],
  },
  platforms: {
    about:
      'the package on Node and Bun for musl, on Node for Windows. Needs `npm run prebuilds`, the registry, apt, g++ 12',
    run: [
      build,
      ['node', 'test/platforms/install.mjs'],
      [...sandbox, '--', 'vitest', 'run', '--config', 'test/platforms/vitest.config.mts'],
    ],
  },
  lab: {
    about: 'the Kubernetes stall itself: conntrack, DNAT, a race. Needs what test/lab/README.md lists',
    run: [build, ['vitest', 'run', '--config', 'test/lab/vitest.config.mts']],
  },
  package: {
    about: 'the packed tarball: installed, on arm64, on musl. Needs `npm run prebuilds`, the registry, apt',
    run: [build, ['vitest', 'run', '--config', 'test/package/vitest.config.mts']],
  },
};

const [name = '', ...more] = process.argv.slice(2);
const suite = Object.hasOwn(suites, name) ? suites[name] : undefined;
if (suite === undefined) {
  for (const [each, { about }] of Object.entries(suites)) console.log(`${each.padEnd(10)}${about}`);
  process.exit(name === '' ? 0 : 2);
}

// What the caller has set wins.
const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
const env = { ...suite.env, ...process.env, PATH: path };
for (const [at, [file = '', ...args]] of suite.run.entries()) {
  const own = at === suite.run.length - 1 ? more : [];
  const { status, error } = spawnSync(file, [...args, ...own], {
    cwd: root,
    stdio: 'inherit',
    env,
    // There the commands of npm packages are scripts.
    shell: process.platform === 'win32',
  });
  if (error) console.error(`${file}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
