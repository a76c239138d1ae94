import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { temporaryFolder } from './support/project';
import { mustRun } from './support/run';

const packed = inject('packed');

test('the tarball is under 2 MB, and under 5 MB unpacked', () => {
  expect(packed.size).toBeLessThan(2_000_000);
  expect(packed.unpackedSize).toBeLessThan(5_000_000);
});

test('the tarball holds what is run and compiled, and nothing of how it is made', () => {
  const top = new Set(packed.files.map((file) => file.split('/')[0]));
  expect([...top].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'binding.gyp',
    'dist',
    'native',
    'package.json',
    'prebuilds',
    'scripts',
  ]);
  expect(packed.files.filter((file) => file.startsWith('scripts/'))).toEqual(['scripts/install.mjs']);
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
