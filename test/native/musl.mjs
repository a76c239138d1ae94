#!/usr/bin/env node
// node test/native/musl.mjs
//
// The C++ core's tests built for musl, statically, with the compiler that builds the prebuilt binaries, and run here:
// a musl program needs no musl on the machine. The first run builds musl and libc++ too: minutes.
import { spawnSync } from 'node:child_process';
import { installToolchain } from '../../scripts/prebuild/toolchain.mjs';

const { zig, env } = installToolchain();
const variables = ['NAME=musl', `CXX=${zig} c++ -target x86_64-linux-musl`, 'LDFLAGS=-static'];
const { status } = spawnSync('make', ['--no-print-directory', '-j2', 'check', ...variables], {
  cwd: import.meta.dirname,
  env,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
