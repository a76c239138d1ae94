// The parts of a release that need no registry: what stops it, its SBOM and sums, the published package.json.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../package.json';
import { runProgram } from '../support/child';

const root = join(__dirname, '../..');
let checkout = '';

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'addrinfo-release-'));
  for (const file of ['package.json', 'package-lock.json', 'scripts']) {
    cpSync(join(root, file), join(checkout, file), { recursive: true });
  }
});
afterEach(() => rmSync(checkout, { recursive: true }));

const inCheckout = (file: string, ...args: string[]) => runProgram(file, args, { cwd: checkout });
const json = (file: string) => JSON.parse(readFileSync(join(checkout, file), 'utf8'));

describe('scripts/release.mjs', () => {
  const filled = {
    ...manifest,
    repository: { type: 'git', url: 'git+https://git.example/addrinfo.git' },
    homepage: 'https://git.example/addrinfo#readme',
    bugs: { url: 'https://git.example/addrinfo/issues' },
  };
  const release = (published: object, ...tag: string[]) => {
    writeFileSync(join(checkout, 'package.json'), JSON.stringify(published));
    return inCheckout('node', 'scripts/release.mjs', ...tag);
  };

  test("lets a complete package.json pass under its version's tag", async () => {
    expect(await release(filled, `v${manifest.version}`)).toMatchObject({ code: 0, stderr: '' });
  });

  test.each(['repository', 'homepage', 'bugs'])('stops without %s, and says so', async (field) => {
    const { code, stderr } = await release({ ...filled, [field]: undefined }, `v${manifest.version}`);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `package.json has no ${field}. Fill it in: npm shows it, and provenance is checked against it.\n`,
    });
  });

  test('stops under the tag of another version', async () => {
    const { code, stderr } = await release(filled, 'v99.0.0');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `The tag is v99.0.0, package.json says ${manifest.version}.\n`,
    });
  });

  test('refuses to publish a folder', async () => {
    const { code, stderr } = await release(filled);
    expect(code).toBe(1);
    expect(stderr).toContain('Publish the tarball');
  });
});

test('scripts/manifest.mjs takes scripts and devDependencies out, and puts them back to the byte', async () => {
  const before = readFileSync(join(checkout, 'package.json'));
  await inCheckout('node', 'scripts/manifest.mjs', 'strip');
  const { scripts: _scripts, devDependencies: _devDependencies, ...published } = manifest;
  expect(json('package.json')).toEqual(published);
  await inCheckout('node', 'scripts/manifest.mjs', 'restore');
  expect(readFileSync(join(checkout, 'package.json'))).toEqual(before);
});

/** Packages whose source is in dist/. */
function bundled(): readonly string[] {
  const maps = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.map'),
  );
  const sources = maps.flatMap((file) => JSON.parse(readFileSync(join(root, 'dist', file), 'utf8')).sources);
  const names = sources.flatMap(
    (source: string) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? [],
  );
  return [...new Set<string>(names)];
}

describe('the step "SBOM and sums" of release.yml', () => {
  const workflow = parse(readFileSync(join(root, '.github/workflows/release.yml'), 'utf8'));
  const step: { run: string } = workflow.jobs.publish.steps.find(
    ({ name }: { name?: string }) => name === 'SBOM and sums',
  );

  test('names what an install brings and what is inside; the sums are right', async () => {
    writeFileSync(join(checkout, 'addrinfo-0.1.0.tgz'), 'a tarball');
    mkdirSync(join(checkout, 'prebuilds/linux-x64-musl'), { recursive: true });
    writeFileSync(join(checkout, 'prebuilds/linux-x64-musl/addrinfo.node'), 'an addon');
    const sums = 'cd prebuilds && sha256sum */addrinfo.node > SHA256SUMS';
    expect(await inCheckout('bash', '-euc', `(${sums})\n${step.run}`)).toMatchObject({ code: 0, stderr: '' });
    expect(await inCheckout('sha256sum', '--strict', '--check', 'SHA256SUMS')).toMatchObject({
      code: 0,
      stdout: ['addrinfo-0.1.0.tgz', 'addrinfo.cdx.json', 'addrinfo.spdx.json']
        .concat('prebuilds/linux-x64-musl/addrinfo.node')
        .map((file) => `${file}: OK\n`)
        .join(''),
    });

    const installed = ['bindings', 'file-uri-to-path'];
    const inside = [
      '@leichtgewicht/ip-codec',
      'compiler-rt',
      'dns-packet',
      'libc++',
      'mingw-w64',
      'node-addon-api',
    ];
    const names = (parts: readonly { name: string }[]) => parts.map(({ name }) => name).toSorted();
    const cyclonedx = json('addrinfo.cdx.json');
    expect(names(cyclonedx.components)).toEqual(installed);
    expect(names(cyclonedx.metadata.component.components)).toEqual(inside);
    expect(names(json('addrinfo.spdx.json').packages)).toEqual(
      ['addrinfo', ...installed, ...inside].toSorted(),
    );

    expect(bundled().toSorted()).toEqual(['@leichtgewicht/ip-codec', 'dns-packet']);
    const licenses = readFileSync(join(root, 'THIRD-PARTY-LICENSES.md'), 'utf8');
    for (const name of inside)
      expect(licenses).toMatch(new RegExp(`^## .*${name.replaceAll('+', '\\+')}`, 'm'));
  });
});
