// Writes docs/api.md from the comments of the public names, as dist/ has them. A public name without one,
// or one that speaks of a type which is not public, is an error.
//
//   npm run docs:api               writes it
//   npm run docs:api -- --check    writes nothing: is it as the sources have it?

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const tool = join(import.meta.dirname, 'api');
const page = join(import.meta.dirname, '..', 'docs', 'api.md');
const { values } = parseArgs({ options: { check: { type: 'boolean' } } });

/** What typedoc makes of dist/index.d.ts. */
function generated() {
  const out = mkdtempSync(join(tmpdir(), 'addrinfo-api-'));
  try {
    const typedoc = join(tool, 'node_modules', 'typedoc', 'bin', 'typedoc');
    execFileSync(process.execPath, [typedoc, '--logLevel', 'Warn', '--out', out], {
      cwd: tool,
      stdio: 'inherit',
    });
    const text = readFileSync(join(out, 'api.md'), 'utf8');
    return `<!-- Made by \`npm run docs:api\` from the comments in src/. -->\n\n${text.trimEnd()}\n`;
  } finally {
    rmSync(out, { recursive: true });
  }
}

const text = generated();
if (!values.check) writeFileSync(page, text);
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/api.md is not what the sources say: npm run docs:api');
  process.exitCode = 1;
}
