import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { libcOf, prebuiltName } from '../../src/native/prebuilt';

const folder = mkdtempSync(join(tmpdir(), 'addrinfo-libc-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The start of a program as the kernel reads it: a header, then the path of its loader. */
function program(loader: string): string {
  const file = join(folder, 'program');
  writeFileSync(file, `\x7fELF${'\0'.repeat(596)}${loader}\0${'\0'.repeat(8000)}`);
  return file;
}

test.each([
  ['/lib/ld-musl-x86_64.so.1', 'musl'],
  ['/lib/ld-musl-aarch64.so.1', 'musl'],
  ['/lib64/ld-linux-x86-64.so.2', 'glibc'],
  ['/lib/ld-linux-aarch64.so.1', 'glibc'],
  ['/nix/store/0c7xw-glibc-2.38/lib/ld-linux-x86-64.so.2', 'glibc'],
])('a program that asks for %s runs on %s', (loader, libc) => {
  expect(libcOf(program(loader))).toBe(libc);
});

test('of a program that cannot be read, or names no loader, the diagnostic report tells the same', () => {
  const running = libcOf(process.execPath);
  expect(libcOf(join(folder, 'absent'))).toBe(running);
  expect(libcOf(program('patched'))).toBe(running);
});

test('the folder of the prebuilt addon is named after the platform, and on Linux its libc', () => {
  const { platform, arch, execPath } = process;
  const libc = platform === 'linux' ? `-${libcOf(execPath)}` : '';
  expect(prebuiltName()).toBe(`${platform}-${arch}${libc}`);
});
