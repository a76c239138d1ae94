// Compiles the addon where the package has none for this machine. Nothing runs at install; this does it when asked.

import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { childEnvironment } from './build-environment';
import { installTools } from './build-tools';
import { type Command, parse } from './usage';

const USAGE = `Usage: addrinfo build [options]

Compiles the addon from the package's source, into build/Release of the package. It is then used
instead of the prebuilt one; remove the folder to go back. Needs Python 3, make and a C++ compiler.
node-gyp and the headers come from the registry, into a temporary folder.

  --nodedir DIR   Node's own headers: DIR/include/node (default: beside this Node, else downloaded)
  --debug         with symbols, without optimisation
`;

const NEEDED = `addrinfo: the addon was not built. It needs Python 3, make and a C++ compiler:
  Debian, Ubuntu:  apt-get install -y python3 make g++
  Alpine:          apk add python3 make g++
  macOS:           xcode-select --install
  Windows:         Visual Studio with "Desktop development with C++"
`;

/** The package's folder, from dist/cli/ and src/cli/ alike. */
const ROOT = join(__dirname, '../..');

export const buildCommand: Command = async (args) => {
  const { values } = parse({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      nodedir: { type: 'string' },
      debug: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'addrinfo-build-'));
  try {
    return buildIn(scratch, values.nodedir ?? ownHeaders(), values.debug ? 'Debug' : 'Release');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

function buildIn(scratch: string, nodedir: string | undefined, kind: 'Debug' | 'Release'): number {
  cpSync(join(ROOT, 'native'), join(scratch, 'native'), { recursive: true });
  copyFileSync(gypFile(), join(scratch, 'binding.gyp'));
  const failure = installTools(scratch);
  if (failure !== undefined) {
    process.stderr.write(`addrinfo: node-gyp cannot be installed: ${failure}\n`);
    return 1;
  }
  const gyp = join(scratch, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const options = [...(nodedir === undefined ? [] : [`--nodedir=${nodedir}`]), `--${kind.toLowerCase()}`];
  if (!succeeds([gyp, 'rebuild', ...options], scratch)) {
    process.stderr.write(NEEDED);
    return 1;
  }
  return take(join(scratch, 'build', kind, 'addrinfo.node'), join(ROOT, 'build', kind, 'addrinfo.node'));
}

/** It is in the root of a checkout only: package managers offer to build what has it there. */
function gypFile(): string {
  return (
    [join(ROOT, 'binding.gyp'), join(ROOT, 'dist', 'binding.gyp')].find((file) => existsSync(file)) ?? ''
  );
}

/** Headers that came with this Node, as in the official images. */
function ownHeaders(): string | undefined {
  const prefix = join(dirname(process.execPath), process.platform === 'win32' ? '' : '..');
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? prefix : undefined;
}

/** Puts the built addon in its place, and keeps it there only if it loads. */
function take(built: string, target: string): number {
  try {
    mkdirSync(dirname(target), { recursive: true });
    // A process may have the old one loaded; its bytes must stay.
    rmSync(target, { force: true });
    copyFileSync(built, target);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`addrinfo: the built addon cannot be put into the package: ${reason}\n`);
    return 1;
  }
  if (!succeeds(['-e', 'require(process.argv[1])', target], ROOT)) {
    rmSync(target, { force: true });
    process.stderr.write('addrinfo: the built addon does not load; it was removed\n');
    return 1;
  }
  process.stdout.write(`${target}\n`);
  return 0;
}

function succeeds(args: readonly string[], cwd: string): boolean {
  return spawnSync(process.execPath, args, { cwd, env: childEnvironment(), stdio: 'inherit' }).status === 0;
}
