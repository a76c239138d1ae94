// What must be true before a release, said before anything is published.
//
//   node scripts/release.mjs v1.2.3    is package.json ready to be published as this tag?
//   node scripts/release.mjs           (prepublishOnly) refuses: a release is the tarball that CI has tested

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'));
const [tag] = process.argv.slice(2);
const problems = [];

if (tag === undefined) {
  problems.push(
    'A folder is not published: npm would add a script that compiles at install. Publish the tarball:',
    '  npm pack && npm publish addrinfo-*.tgz',
  );
} else {
  if (tag !== `v${manifest.version}`)
    problems.push(`The tag is ${tag}, package.json says ${manifest.version}.`);
  for (const field of ['repository', 'homepage', 'bugs']) {
    if (!isFilledIn(manifest[field])) {
      problems.push(
        `package.json has no ${field}. Fill it in: npm shows it, and provenance is checked against it.`,
      );
    }
  }
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

/** @param {unknown} field */
function isFilledIn(field) {
  const url = typeof field === 'object' && field !== null && 'url' in field ? field.url : field;
  return typeof url === 'string' && url.includes('://');
}
