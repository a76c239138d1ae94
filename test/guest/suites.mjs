#!/usr/bin/env node
// node test/guest/suites.mjs NAME
//
// Runs somebody else's test suite in the sandbox: plain, with an empty file preloaded, and with addrinfo/register
// preloaded; where that loses a test, also with a file that starts a timer, as tracers do. Lists what passes without us
// and not with us, and why. NAME is one of `suites` below. The sources are not ours to keep: they have to lie in
// node_modules/.cache/suites/NAME, at a tag that fits the Node that runs them, with their packages installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeBinary } from '../support/node-versions.mjs';
import { runNodeTests } from './suites/node-core.mjs';
import { postgres, redis } from './suites/services.mjs';
import { mochaResults, tapResults, tapResultsOfFiles } from './suites/test-runners.mjs';

/** @typedef {import('./suites/results.d.ts').Results} Results */
/** @typedef {import('./suites/results.d.ts').Suite} Suite */

const root = fileURLToPath(new URL('../../', import.meta.url));
const register = join(root, 'dist/register.js');

/**
 * @param {string} version
 * @returns {string}
 */
function binaryOf(version) {
  const binary = nodeBinary(version);
  if (binary === undefined) throw new Error(`no Node ${version}: run test/support/node-versions.mjs`);
  return binary;
}

/** @type {Record<string, Suite>} */
const suites = {
  'node-20': { run: (folder, env) => runNodeTests(binaryOf('20'), folder, env) },
  'node-24': { run: (folder, env) => runNodeTests(binaryOf('24'), folder, env) },
  undici: {
    run: (folder, env) => {
      const groups = ['', 'interceptors', 'fetch', 'node-test', 'cache-interceptor', 'websocket'];
      const files = groups.flatMap((group) =>
        readdirSync(join(folder, 'test', group))
          .filter((file) => file.endsWith('.js'))
          .map((file) => join('test', group, file)),
      );
      return tapResultsOfFiles(binaryOf('24'), ['--expose-gc'], files, folder, env);
    },
  },
  got: {
    run: (folder, env) =>
      tapResults(
        binaryOf('24'),
        ['node_modules/ava/entrypoints/cli.mjs', '--tap', '--concurrency=2'],
        folder,
        {
          ...env,
          NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} --import=tsx/esm`,
        },
      ),
  },
  nock: {
    run: (folder, env) => mochaResults(binaryOf('20'), ['--recursive', 'tests', '--exit'], folder, env),
  },
  ioredis: {
    service: redis,
    run: (folder, env) =>
      mochaResults(
        binaryOf('20'),
        [
          '--no-experimental-strip-types',
          'test/helpers/*.ts',
          'test/unit/**/*.ts',
          'test/functional/**/*.ts',
          '--exit',
        ],
        folder,
        { ...env, TS_NODE_TRANSPILE_ONLY: 'true', TS_NODE_LOG_ERROR: 'true', NODE_ENV: 'test' },
      ),
  },
  pg: {
    service: postgres,
    run: (folder, env) =>
      runNodeTests(binaryOf('20'), join(folder, 'packages/pg'), {
        ...env,
        PGHOST: 'localhost',
        PGUSER: 'postgres',
        PGDATABASE: 'ci_db_test',
        PGTESTNOSSL: 'true',
      }),
  },
};

/**
 * Tests that cannot pass where dns.lookup is another function.
 * @type {readonly (readonly [test: RegExp, why: string])[]}
 */
const EXPLAINED = [
  [
    /test-dns-(?:default-order-\w+|set-default-order|lookup|lookup-promises|lookupService)\.js$/,
    "puts functions of its own into Node's internal binding, which ours does not call",
  ],
  [/test-dns-perf_hooks\.js$/, 'perf_hooks: docs/differences.md, "What only Node itself can do"'],
];

/**
 * @param {string} test
 * @param {Results} empty
 * @param {Results} timer
 */
function reasonFor(test, empty, timer) {
  if (empty.get(test) !== true) return 'an empty preload loses it too';
  if (timer.get(test) !== true) return 'a preload with nothing but a timer loses it too';
  return EXPLAINED.find(([pattern]) => pattern.test(test))?.[1];
}

/** @param {Results} results */
function count(results) {
  return `${[...results.values()].filter(Boolean).length} of ${results.size} pass`;
}

/**
 * @param {Results} first
 * @param {Results} second
 */
function passingOnlyIn(first, second) {
  return [...first].filter(([test, passed]) => passed && second.get(test) !== true).map(([test]) => test);
}

/**
 * @param {string} name
 * @param {Suite} suite
 */
async function compare(name, suite) {
  const folder = join(root, 'node_modules/.cache/suites', name);
  if (!existsSync(folder)) throw new Error(`put the sources of ${name} into ${folder}`);
  const stop = await suite.service?.();
  const scratch = mkdtempSync(join(tmpdir(), 'addrinfo-suite-'));
  /** @param {string} [preload] - the source of a file, or ours */
  const once = (preload) => {
    const file = join(scratch, 'preload.cjs');
    if (preload !== undefined) writeFileSync(file, preload);
    const options = preload === undefined ? {} : { NODE_OPTIONS: `--require=${file}` };
    return suite.run(folder, { ...process.env, ADDRINFO_SUITE_SCRATCH: scratch, ...options });
  };
  try {
    const plain = await once();
    const empty = await once('');
    const ours = await once(`require(${JSON.stringify(register)});`);
    const lost = passingOnlyIn(plain, ours);
    const timer = lost.length > 0 ? await once('setInterval(() => {}, 1).unref();') : plain;
    console.log(`${name}: plain ${count(plain)}`);
    console.log(`${name}: with an empty preload ${count(empty)}`);
    if (lost.length > 0) console.log(`${name}: with a timer preloaded ${count(timer)}`);
    console.log(`${name}: with addrinfo/register ${count(ours)}`);
    for (const test of lost) {
      const why = reasonFor(test, empty, timer);
      if (why === undefined) process.exitCode = 1;
      console.log(`  lost: ${test}: ${why ?? 'NOT EXPLAINED'}`);
    }
    for (const test of passingOnlyIn(ours, plain)) console.log(`  only with it: ${test}`);
    const all = { plain: [...plain], empty: [...empty], timer: [...timer], ours: [...ours] };
    writeFileSync(join(folder, '..', `${name}.json`), JSON.stringify(all));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    await stop?.();
  }
}

const [first = '', second = ''] = process.argv.slice(2);
if (first === '--inside') {
  const suite = suites[second];
  if (suite === undefined) throw new Error(`one of ${Object.keys(suites).join(', ')}`);
  await compare(second, suite);
} else {
  const sandbox = join(root, 'test/support/sandbox/sandbox.mjs');
  const inside = [sandbox, '--', process.execPath, fileURLToPath(import.meta.url), '--inside', first];
  process.exitCode = spawnSync(process.execPath, inside, { stdio: 'inherit' }).status ?? 1;
}
