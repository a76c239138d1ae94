// A musl Node and a musl Bun, on Debian. npm has both, made for Alpine: Bun, and Node in the package of pnpm. They
// need musl, which Debian has, and a libstdc++ for musl, which is compiled here from Debian's gcc-12-source.

import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installBinary } from '../support/from-registry.mjs';
import { unpackDebian } from './debian.mjs';

const sources = fileURLToPath(new URL('musl/', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/platforms/', import.meta.url));
const libraries = join(cache, 'musl');
const names = ['ld-musl', 'libstdc++.so.6', 'libgcc_s.so.1'];

const LOADER = '/lib/ld-musl-x86_64.so.1';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const programs = {
  // pnpm is a program inside that Node, which the fuse starts.
  node: {
    spec: '@pnpm/linuxstatic-x64@11.21.0',
    file: 'node_modules/@pnpm/linuxstatic-x64/pnpm',
    fuse: `${FUSE}:1`,
  },
  bun: {
    spec: '@oven/bun-linux-x64-musl@1.4.5',
    file: 'node_modules/@oven/bun-linux-x64-musl/bin/bun',
    fuse: '',
  },
};

/** Downloads and compiles what is not there yet: three minutes, needs g++ 12 and make. */
export function installMusl() {
  for (const [name, { spec, file }] of Object.entries(programs)) {
    const binary = join(cache, name, file);
    if (!existsSync(binary)) installBinary(join(cache, name), spec, binary, '--force');
  }
  if (names.every((name) => existsSync(join(libraries, name)))) return;
  const scratch = join(cache, 'gcc');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(libraries, { recursive: true });
  unpackDebian(scratch, ['gcc-12-source', 'libgcc-s1', 'musl', 'musl-dev']);
  compile(scratch);
  copyFileSync(join(scratch, 'lib/x86_64-linux-musl/libc.so'), join(libraries, 'ld-musl'));
  // It needs of libc what musl has, but for one function: musl/for_libgcc.c.
  copyFileSync(join(scratch, 'lib/x86_64-linux-gnu/libgcc_s.so.1'), join(libraries, 'libgcc_s.so.1'));
  rmSync(scratch, { recursive: true });
}

/** @param {string} scratch */
function compile(scratch) {
  const build = join(scratch, 'build');
  const log = join(cache, 'libstdc++.log');
  const musl = (/** @type {string} */ kind) => join(scratch, 'usr', kind, 'x86_64-linux-musl');
  const own = execFileSync('gcc-12', ['-print-file-name=include'], { encoding: 'utf8' }).trim();
  const flags = [
    '-nostdinc',
    '-isystem',
    own,
    '-isystem',
    musl('include'),
    `-B${musl('lib')}`,
    '-fPIC',
    '-O1',
  ];
  const run = (/** @type {string} */ file, /** @type {readonly string[]} */ args) => {
    try {
      execFileSync(file, args, { cwd: build, encoding: 'utf8', maxBuffer: 1 << 28, stdio: 'pipe' });
    } catch (error) {
      writeFileSync(
        log,
        String(Reflect.get(Object(error), 'stdout')) + String(Reflect.get(Object(error), 'stderr')),
      );
      throw new Error(`${file} failed, see ${log}`);
    }
  };

  mkdirSync(build);
  const tar = join(scratch, 'usr/src/gcc-12/gcc-12.2.0-dfsg.tar.xz');
  run('tar', ['-xJf', tar, '--strip-components=1', '-C', scratch, '--exclude=*/gcc/testsuite/*']);
  // Where configure looks for the threads of the compiler.
  symlinkSync('gthr-posix.h', join(scratch, 'libgcc', 'gthr-default.h'));
  run(join(scratch, 'libstdc++-v3', 'configure'), [
    ...['--build=x86_64-linux-gnu', '--host=x86_64-linux-musl', '--enable-clocale=generic', '--with-pic'],
    ...['--disable-shared', '--disable-multilib', '--disable-nls', '--disable-libstdcxx-pch'],
    `CC=gcc-12 ${flags.join(' ')}`,
    `CXX=g++-12 ${flags.join(' ')} -nostdinc++`,
    ...['CFLAGS=', 'CXXFLAGS='],
  ]);
  run('make', ['-j2', 'all-recursive', 'SUBDIRS=include libsupc++ src']);
  run('gcc-12', [
    ...[...flags, '-shared', '-nodefaultlibs', '-Wl,-soname,libstdc++.so.6'],
    ...[
      '-o',
      join(libraries, 'libstdc++.so.6'),
      join(sources, 'for_libgcc.c'),
      join(sources, 'replace_cold.c'),
    ],
    ...['-Wl,--whole-archive', join(build, 'src/.libs/libstdc++.a'), '-Wl,--no-whole-archive'],
    join(scratch, 'lib/x86_64-linux-gnu/libgcc_s.so.1'),
  ]);
}

/**
 * Lays the programs out in a folder, for whose path there is little room in them: 12 characters.
 *
 * @param {string} folder
 */
export function layOutMusl(folder) {
  mkdirSync(join(folder, 'lib'));
  mkdirSync(join(folder, 'etc'));
  for (const name of names) copyFileSync(join(libraries, name), join(folder, 'lib', name));
  writeFileSync(join(folder, 'etc', 'ld-musl-x86_64.path'), `${join(folder, 'lib')}\n`);
  for (const [name, { file, fuse }] of Object.entries(programs)) {
    const bytes = readFileSync(join(cache, name, file));
    replace(bytes, LOADER, join(folder, 'lib', 'ld-musl'));
    if (fuse !== '') replace(bytes, fuse, fuse.replace(/1$/, '0'));
    writeFileSync(join(folder, name), bytes, { mode: 0o755 });
  }
}

/**
 * @param {Buffer} bytes
 * @param {string} text
 * @param {string} by
 */
function replace(bytes, text, by) {
  const at = bytes.indexOf(text, 0, 'latin1');
  if (at < 0 || by.length > text.length) throw new Error(`no place for ${by} instead of ${text}`);
  bytes.fill(0, at, at + text.length);
  bytes.write(by, at, 'latin1');
}
