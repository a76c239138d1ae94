// npm pack publishes package.json as it stands. A checkout's scripts and devDependencies would make package
// managers ask about scripts that nobody runs, so they are taken out while the tarball is made.
//
//   node scripts/manifest.mjs strip      (prepack)
//   node scripts/manifest.mjs restore    (postpack)

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const manifest = join(import.meta.dirname, '..', 'package.json');
const kept = `${manifest}.kept`;

// Also after a pack that was interrupted.
if (existsSync(kept)) renameSync(kept, manifest);
if (process.argv[2] === 'strip') {
  const text = readFileSync(manifest, 'utf8');
  const { scripts: _scripts, devDependencies: _devDependencies, ...published } = JSON.parse(text);
  writeFileSync(kept, text);
  writeFileSync(manifest, `${JSON.stringify(published, null, 2)}\n`);
}
