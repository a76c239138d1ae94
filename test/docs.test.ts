// Every fenced code block of the README and of docs/ is run, or checked by what it is.

import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../package.json';
import { runNode, runProgram } from './support/child';
import { describeInSandbox } from './support/in-sandbox';
import { validateManifests } from './support/manifest';
import { type CodeBlock, codeBlocks, commands } from './support/markdown';

const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((file) => `docs/${file}`)];
const blocks = pages.filter((file) => file.endsWith('.md')).flatMap(codeBlocks);

/** Commands that are the work of another test, by how they begin. */
const elsewhere: readonly string[] = [
  'npx addrinfo doctor', // test/cli/doctor
  'npx addrinfo watch',
  'npm install', // test/package
];

function named(language: string): [string, CodeBlock][] {
  return blocks
    .filter((block) => block.language === language)
    .map((block) => [`${block.file}:${block.line}`, block]);
}

test('every code block is of a kind that is run or checked here', () => {
  const known = ['js', 'mjs', 'sh', 'yaml', 'ts', 'text', ''];
  expect(blocks.filter((block) => !known.includes(block.language))).toEqual([]);
  expect(named('js').length).toBeGreaterThan(0);
});

test.each(named('yaml'))('%s is a manifest that Kubernetes takes, or a part of one', (_, block) => {
  if (/^apiVersion:/m.test(block.code)) {
    expect(validateManifests(block.code)).toBeGreaterThan(0);
  } else {
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: part }\n${partOfPod(block.code)}`;
    expect(validateManifests(pod)).toBe(1);
  }
});

/** Under `spec:`, with a container beside it. */
function partOfPod(code: string): string {
  const inside = code.startsWith('spec:') ? code.slice('spec:\n'.length) : code.replaceAll(/^/gm, '  ');
  return `spec:\n  containers: [{ name: one, image: one }]\n${inside}`;
}

describeInSandbox('the documentation', () => {
  test.each([...named('js'), ...named('mjs')])('%s runs', async (_, block) => {
    // Inside the package: `require('addrinfo')` is itself there.
    const folder = await mkdtemp(join(__dirname, 'docs-'));
    try {
      const file = join(folder, block.language === 'js' ? 'block.cjs' : 'block.mjs');
      await writeFile(file, block.code);
      const { code, stderr } = await runNode([file]);
      // Names that only a reader has are not found here.
      const unexpected = stderr
        .split('\n')
        .filter((line) => /^\w*Error/.test(line) && !line.includes('ENOTFOUND'));
      expect([code, unexpected]).toEqual([0, []]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each(named('sh'))('%s: each command runs, or is one that another test runs', async (_, block) => {
    for (const command of commands(block)) {
      if (elsewhere.some((start) => command.startsWith(start))) continue;
      await runCommand(command);
    }
  });
});

async function runCommand(command: string): Promise<void> {
  const [program, ...args] = command.split(/\s+/);
  if (program === 'npm') {
    const script = args[0] === 'run' ? args[1] : args[0];
    expect(Object.keys(manifest.scripts), command).toContain(script);
  } else if (program === 'npx' && args[0] === 'addrinfo') {
    const { code, stderr } = await runNode(['dist/cli/main.js', ...args.slice(1)]);
    // 1: a name that only a reader has; not 2, bad usage.
    expect([0, 1], `${command}\n${stderr}`).toContain(code);
  } else if (program === 'node') {
    const app =
      args.at(-1) === 'app.js'
        ? [...args.slice(0, -1), '-e', "require('dns').lookup('localhost', () => {})"]
        : args;
    const { code, stderr } = await runProgram(process.execPath, app);
    expect([code, stderr], command).toEqual([0, '']);
  } else {
    throw new Error(`no test knows how to run: ${command}`);
  }
}
