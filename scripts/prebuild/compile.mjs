import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readGyp } from './gyp.mjs';

/** What Node looks for in an addon, and all that this one shows. */
export const entryPoints = ['napi_register_module_v1', 'node_api_module_get_api_version_v1'];

/**
 * Compiles the addon for one target: optimised, stripped, libc++ inside.
 *
 * @param {import('./targets.mjs').Target} target
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {string} root the package's folder
 * @param {string} output
 */
export function compile(target, toolchain, root, output) {
  const { sources, defines, flags, ldflags } = readGyp(root, target.os);
  const scratch = mkdtempSync(join(tmpdir(), 'addrinfo-prebuild-'));
  const built = join(scratch, 'addrinfo.node'); // A Windows linker writes more than this beside it.
  try {
    // Sources and headers by relative paths: the machine's own would end up in the binary (assert).
    const args = [
      ...['c++', '-target', target.triple, '-shared', '-fPIC', '-O2', '-s', '-Werror'],
      ...flags,
      ...defines.map((define) => `-D${define}`),
      ...[
        '-Inative',
        '-isystem',
        'node_modules/node-addon-api',
        '-isystem',
        join(toolchain.headers, 'include'),
      ],
      ...sources,
      ...ldflags,
      ...platformLinkerFlags(target, toolchain, scratch),
      ...['-o', built],
    ];
    // What it says is shown if it fails; otherwise it speaks of its own libraries.
    execFileSync(toolchain.zig, args, { cwd: root, env: toolchain.env, stdio: 'pipe' });
    mkdirSync(dirname(output), { recursive: true });
    copyFileSync(built, output);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/**
 * @param {import('./targets.mjs').Target} target
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {string} scratch
 * @returns {string[]}
 */
function platformLinkerFlags(target, toolchain, scratch) {
  switch (target.format) {
    case 'elf': {
      const map = join(scratch, 'exports.map');
      writeFileSync(map, `{ global: ${entryPoints.map((name) => `${name};`).join(' ')} local: *; };\n`);
      return [`-Wl,--version-script=${map}`];
    }
    case 'macho':
      return ['-Wl,-undefined,dynamic_lookup', '-Wl,-install_name,@rpath/addrinfo.node'];
    case 'pe':
      return [nodeImportLibrary(toolchain, scratch), '-lws2_32'];
  }
}

/**
 * The Node-API functions as node.exe exports them.
 *
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {string} scratch
 */
function nodeImportLibrary(toolchain, scratch) {
  const [js, node] = ['js_native_api.def', 'node_api.def'].map((name) =>
    readFileSync(join(toolchain.headers, 'def', name), 'utf8'),
  );
  const definition = join(scratch, 'node.def');
  const library = join(scratch, 'node.lib');
  writeFileSync(definition, `${js}\n${node?.replace(/^NAME .*\r?\nEXPORTS\r?\n/, '')}`);
  const args = ['dlltool', '-m', 'i386:x86-64', '-d', definition, '-l', library];
  execFileSync(toolchain.zig, args, { env: toolchain.env, stdio: 'pipe' });
  return library;
}
