#!/usr/bin/env node
// node test/native/addon.mjs
//
// The addon under AddressSanitizer, UBSan and LeakSanitizer inside Node: built with them into build-native/addon, a shadow
// of this package, whose tear-down scripts then run in the sandbox. A report of theirs fails the run; a leak counts
// where the addon asked for the memory (40 bytes for each napi_create_external are Node 20's own).
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shadow = `${root}build-native/addon/`;
const compiler = process.env['CXX'] ?? 'c++';
const flags = '-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g -O1';

mkdirSync(shadow, { recursive: true });

/**
 * @param {string} file
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
function run(file, args, env = {}) {
  const options = { cwd: shadow, env: { ...process.env, ...env }, timeout: 300_000, maxBuffer: 2 ** 28 };
  const { status, signal, stdout, stderr } = spawnSync(file, args, { ...options, encoding: 'utf8' });
  return { status, signal, stdout, output: `${stdout}${stderr}` };
}

function build() {
  for (const entry of ['package.json', 'binding.gyp', 'dist', 'test']) {
    rmSync(shadow + entry, { recursive: true, force: true });
    cpSync(root + entry, shadow + entry, { recursive: true });
  }
  for (const entry of ['native', 'node_modules']) {
    rmSync(shadow + entry, { force: true });
    symlinkSync(root + entry, shadow + entry);
  }
  const env = { CXXFLAGS: flags, LDFLAGS: '-fsanitize=address,undefined' };
  const { status, output } = run('npx', ['node-gyp', 'rebuild'], env);
  if (status !== 0) throw new Error(output);
}

/** Where the compiler has the sanitizers' libraries, which have to be the first ones that are loaded. */
const preload = ['libasan.so', 'libubsan.so']
  .map((library) => run(compiler, [`-print-file-name=${library}`]).stdout.trim())
  .join(' ');

// LeakSanitizer looks only where the process ends by itself: what exits in mid-work leaves things as they are, and the
// threads that run on meanwhile can crash its tracer.
const abrupt = ['exit', 'submit-while-exiting', 'uncaught'];

/**
 * What `env` puts into the environment of a script.
 * @param {boolean} findLeaks
 */
const sanitizers = (findLeaks) => [
  `LD_PRELOAD=${preload}`,
  // 77: an error, not a leak, which LeakSanitizer finds in Node itself too.
  `ASAN_OPTIONS=exitcode=77:detect_leaks=${findLeaks ? 1 : 0}:detect_stack_use_after_return=1:alloc_dealloc_mismatch=0`,
  'LSAN_OPTIONS=exitcode=0:report_objects=0:max_leaks=0:print_suppressions=0',
  'UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:exitcode=77',
];

/**
 * The records of LeakSanitizer for memory that the addon asked for, by itself or through libc.
 * @param {string} output
 */
function leaks(output) {
  return output.split(/\n\n/).filter((record) => {
    if (!/ leak of /.test(record) || !/addrinfo\.node|\/native\/[\w/]+\.cc/.test(record)) return false;
    const frames = record.split('\n').filter((line) => /^\s*#\d/.test(line));
    const asker = frames.find((frame) => !/libsanitizer|libasan/.test(frame)) ?? '';
    return !asker.includes(`(${process.execPath}+`);
  });
}

/** @type {[script: string, args: string[], status: number][]} */
const runs = [
  ['workers.mjs', ['40', 'a-10-1-2-3.test', 'a-10-1-2-3.delay-300.test'], 0],
  ['workers-only.mjs', ['a-10-1-2-3.test', 'a-10-1-2-3.delay-300.test'], 0],
  ['contexts.mjs', ['20', 'a-10-1-2-3.test', 'a-10-1-2-3.delay-100.test'], 0],
  ['reload.mjs', ['10', 'a-10-1-2-3.test', 'a-10-1-2-3.delay-100.test'], 0],
  ['exit.mjs', ['natural', 'drop.test'], 0],
  ['exit.mjs', ['exit', 'drop.test'], 0],
  ['exit.mjs', ['worker-exit', 'drop.test'], 0],
  ['exit.mjs', ['submit-while-exiting', 'drop.test'], 0],
  ['exit.mjs', ['uncaught', 'drop.test'], 1],
];

build();
let failed = 0;
for (const [script, args, status] of runs) {
  const environment = sanitizers(!abrupt.includes(args[0] ?? ''));
  const command = [
    'env',
    ...environment,
    process.execPath,
    '--expose-gc',
    `test/wire/teardown/${script}`,
    ...args,
  ];
  const begun = performance.now();
  const finished = run(process.execPath, [`${root}test/support/sandbox/sandbox.mjs`, '--', ...command]);
  const ours = leaks(finished.output);
  const good =
    finished.status === status &&
    ours.length === 0 &&
    !/ERROR: AddressSanitizer|runtime error/.test(finished.output);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${good ? 'ok    ' : 'FAILED'} ${script} ${args[0]} (${seconds} s)`);
  if (good) continue;
  failed += 1;
  console.log(
    `exit code ${finished.status}, signal ${finished.signal}\n${ours.join('\n\n') || finished.output}`,
  );
}
console.log(`addon under AddressSanitizer: ${runs.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
