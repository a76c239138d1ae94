import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { temporaryFolder } from './support/project';
import { mustRun } from './support/run';

const packed = inject('packed');

test('the tarball is under 2 MB, and under 5 MB unpacked', () => {
  expect(packed.size).toBeLessThan(2_000_000);
  expect(packed.unpackedSize).toBeLessThan(5_000_000);
});

test('the tarball holds what is run, compiled and read, and nothing of how it is made', () => {
  const top = new Set(packed.files.map((file) => file.split('/')[0]));
  expect([...top].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'THIRD-PARTY-LICENSES.md',
    'bench',
    'dist',
    'docs',
    'examples',
    'native',
    'package.json',
    'prebuilds',
  ]);
  expect(packed.files.filter((file) => /^bench\/.*(?<!\.svg|README\.md)$/.test(file))).toEqual([]);
});

test('package.json in the tarball has no scripts and no devDependencies', async () => {
  const manifest = JSON.parse(await mustRun('tar', ['-xzOf', packed.tarball, 'package/package.json']));
  expect(Object.keys(manifest)).not.toContain('scripts');
  expect(Object.keys(manifest)).not.toContain('devDependencies');
  expect(manifest).toMatchObject({ name: 'addrinfo', dependencies: { bindings: expect.any(String) } });
});

test('every relative link of the pages in the tarball leads to a file in it, or to the tests', async () => {
  const folder = await temporaryFolder();
  await mustRun('tar', ['-xzf', packed.tarball, '-C', folder]);
  const pages = packed.files.filter((file) => file.endsWith('.md') && !file.startsWith('THIRD-PARTY'));
  const dead = pages.flatMap((page) => {
    const text = readFileSync(join(folder, 'package', page), 'utf8');
    return [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map((match) => join(dirname(page), match[1] ?? ''))
      .filter((target) => !existsSync(join(folder, 'package', target)))
      .map((target) => `${page}: ${target}`);
  });
  expect(dead.filter((link) => !/: (test\/|CONTRIBUTING\.md|bench\/)/.test(link))).toEqual([]);
});

test('the sums in the tarball are those of its binaries', async () => {
  const folder = await temporaryFolder();
  await mustRun('tar', ['-xzf', packed.tarball, '-C', folder]);
  const prebuilds = join(folder, 'package', 'prebuilds');
  const lines = readFileSync(join(prebuilds, 'SHA256SUMS'), 'utf8').trim().split('\n');
  const binaries = packed.files.filter((file) => file.endsWith('.node'));
  expect(lines.map((line) => `prebuilds/${line.split('  ')[1]}`).sort()).toEqual([...binaries].sort());
  for (const line of lines) {
    const [sum, file = ''] = line.split('  ');
    expect(
      createHash('sha256')
        .update(readFileSync(join(prebuilds, file)))
        .digest('hex'),
    ).toBe(sum);
  }
});
