import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installToolchain } from '../../../scripts/prebuild/toolchain.mjs';

const sources = join(__dirname, '..', 'musl');

/**
 * Compiles test/package/musl for a target of the cross-compiler.
 *
 * @param folder where to
 * @returns the program
 */
export async function buildHost(target: string, folder: string): Promise<string> {
  const { zig, headers, env } = installToolchain();
  const program = join(folder, 'host');
  const unused = join(folder, 'unused.cc');
  writeFileSync(unused, failing(unimplemented(headers)));
  const files = readdirSync(sources).filter((file) => file.endsWith('.cc'));
  const flags = ['-target', target, '-dynamic', '-rdynamic', '-fPIC', '-lc', '-lc++', '-O', 'ReleaseFast'];
  const compiler = [
    '-I',
    join(headers, 'include'),
    '-cflags',
    '-std=c++17',
    '-Wall',
    '-Wextra',
    '-Werror',
    '--',
  ];
  const inputs = [...files.map((file) => join(sources, file)), unused];
  await promisify(execFile)(zig, ['build-exe', ...flags, ...compiler, ...inputs, `-femit-bin=${program}`], {
    env,
  });
  return program;
}

/** The functions of Node-API 8 that node_api_double.cc leaves out. musl's loader wants each that is linked. */
function unimplemented(headers: string): string[] {
  const { symbols } = createRequire(__filename)(headers);
  const all: string[] = [...symbols.v8.js_native_api_symbols, ...symbols.v8.node_api_symbols];
  const double = readFileSync(join(sources, 'node_api_double.cc'), 'utf8');
  return all.filter((name) => !double.includes(`API ${name}(`));
}

function failing(names: readonly string[]): string {
  const lines = names.map((name) => `extern "C" void ${name}() { Fail("${name} was called"); }`);
  return ['#include <string>', '[[noreturn]] void Fail(const std::string& why);', ...lines, ''].join('\n');
}
