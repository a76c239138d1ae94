#!/usr/bin/env node
// node test/native/fuzz/run.mjs [--minutes N]
//
// libFuzzer on what native code parses or converts of its own, each target for an equal share of the time (40 s in all
// unless told), in the sandbox, where nothing can go on a wire. What was found interesting is kept in
// build-native/fuzz/corpus and is where the next run begins; an input that fails is kept beside it, and named.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = `${root}build-native/fuzz`;
const targets = ['literal', 'answer', 'resolver_options'];

const { values } = parseArgs({ options: { minutes: { type: 'string' } } });
const minutes = Number(values.minutes ?? 40 / 60);
if (!(minutes > 0)) throw new TypeError(`--minutes must be a number above 0, got ${values.minutes}`);
const seconds = Math.max(1, Math.round((minutes * 60) / targets.length));

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @param {'inherit' | 'pipe'} stdio
 */
function run(file, args, stdio) {
  const maxBuffer = 2 ** 28;
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: root, stdio, encoding: 'utf8', maxBuffer });
  return { status, output: `${stdout ?? ''}${stderr ?? ''}` };
}

const make = run(
  'make',
  ['--no-print-directory', '--silent', '-C', 'test/native', '-j2', 'fuzzers'],
  'inherit',
);
if (make.status !== 0) process.exit(1);

for (const target of targets) {
  const corpus = `${folder}/corpus/${target}`;
  mkdirSync(corpus, { recursive: true });
  const options = [
    `-max_total_time=${seconds}`,
    '-max_len=1024',
    '-timeout=10',
    `-dict=test/native/fuzz/dictionary.txt`,
    `-artifact_prefix=${folder}/${target}-`,
  ];
  const binary = `${folder}/${target}_fuzz`;
  const { status, output } = run(
    process.execPath,
    ['test/support/sandbox/sandbox.mjs', '--', binary, ...options, corpus],
    'pipe',
  );
  const runs = /^Done (\d+) runs in (\d+) second/m.exec(output);
  if (status === 0 && runs !== null) {
    console.log(`ok      ${target}: ${runs[1]} inputs in ${runs[2]} s`);
    continue;
  }
  console.log(`${output}\nFAILED  ${target} (exit code ${status}). Once more: ${binary} THE_INPUT`);
  process.exitCode = 1;
}
