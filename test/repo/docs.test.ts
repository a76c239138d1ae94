// Every code block of the README and of docs/ is run, or checked by what it is.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json';
import { runNode, runProgram } from '../support/child';
import { describeUnless } from '../support/describe-unless';
import { validateManifests } from '../support/manifest';
import { type CodeBlock, type Command, codeBlocks, commands, indentedBlocks } from '../support/markdown';
import { describeInSandbox } from '../support/sandbox/in-sandbox';

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md']
  .concat(readdirSync('docs').map((file) => `docs/${file}`))
  .filter((file) => file.endsWith('.md'));
const blocks = pages.flatMap(codeBlocks);

/** Commands that are the work of another test, or of a cluster, by how they begin. */
const elsewhere: readonly string[] = [
  'npm install', // test/package
  'node test/lab/lab.mjs', // test/lab
  'kubectl apply',
  'kubectl logs',
];

function named(language: string): [string, CodeBlock][] {
  return blocks
    .filter((block) => block.language === language)
    .map((block) => [`${block.file}:${block.line}`, block]);
}

test.each(pages)('%s: every code block is fenced, and of a kind that is run or checked here', (page) => {
  expect(indentedBlocks(page)).toEqual([]);
  const known = ['js', 'mjs', 'sh', 'yaml', 'ts', 'text', ''];
  expect(codeBlocks(page).filter((block) => !known.includes(block.language))).toEqual([]);
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
  test.each([...named('js'), ...named('mjs')])('%s runs', { timeout: 60_000 }, async (_, block) => {
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

  const each = '%s: each command runs, or is one that another test runs';
  test.each(named('sh'))(each, { timeout: 180_000 }, async (_, block) => {
    const here = commands(block).filter(({ text }) => !elsewhere.some((start) => text.startsWith(start)));
    await Promise.all(here.map(runCommand));
  });
});

const isJqThere = spawnSync('jq', ['--version']).status === 0;

describeUnless(isJqThere ? undefined : 'jq is not installed', 'docs/doctor.md', () => {
  test("each line of jq reads the doctor's report", { timeout: 180_000 }, async () => {
    const page = await readFile(join(__dirname, '../../docs/doctor.md'), 'utf8');
    const lines = page.split('\n').filter((line) => line.startsWith('jq '));
    expect(lines.length).toBeGreaterThan(2);
    const folder = await mkdtemp(join(tmpdir(), 'docs-'));
    try {
      const doctor = ['dist/cli/main.js', 'doctor', '--json', '--for', '1s', 'redis'];
      const { stdout } = await runNode(doctor, PATIENCE);
      await writeFile(join(folder, 'report.json'), stdout);
      for (const line of lines) {
        const { code, stderr, stdout: read } = await runProgram('sh', ['-c', line], { cwd: folder });
        expect([code, stderr], line).toEqual([0, '']);
        if (!line.includes('remedies')) expect(read, line).not.toBe('');
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** ms that a command may take. */
const PATIENCE = 60_000;

/** What stands for the reader's own application. */
const app = ['-e', "require('dns').lookup('localhost', (error) => { if (error) throw error; })"];

async function runCommand({ text, env, words }: Command): Promise<void> {
  const [program = 'npm', ...args] = words.length === 0 ? ['npm', 'start'] : words;
  if (program === 'npm' && args[0] === 'start') {
    await runsWell(text, app, env);
  } else if (program === 'npm') {
    const script = args[0] === 'run' ? args[1] : args[0];
    expect(Object.keys(manifest.scripts), text).toContain(script);
  } else if (program === 'npx') {
    await runAddrinfo(text, args);
  } else if (program === 'kubectl') {
    await knownToKubectl(text, args);
  } else if (program === 'node') {
    await runsWell(text, args.at(-1) === 'app.js' ? [...args.slice(0, -1), ...app] : args, env);
  } else {
    throw new Error(`no test knows how to run: ${text}`);
  }
}

async function runsWell(text: string, args: readonly string[], env: Command['env']): Promise<void> {
  const { code, stderr } = await runProgram(process.execPath, args, {
    timeout: PATIENCE,
    env: { ...process.env, ...env },
  });
  expect([code, stderr], text).toEqual([0, '']);
}

/** `npx [--yes] addrinfo ...`; what takes its time gets a second of it. */
async function runAddrinfo(text: string, words: readonly string[]): Promise<void> {
  const [name, ...args] = words.filter((word) => word !== '--yes');
  expect(name, text).toBe('addrinfo');
  const brief = ['doctor', 'watch'].includes(args[0] ?? '') ? ['--for', '1s'] : [];
  const { code, stderr } = await runNode(['dist/cli/main.js', ...args, ...brief], PATIENCE);
  // 1: a name that only a reader has; not 2, bad usage.
  expect([0, 1], `${text}\n${stderr}`).toContain(code);
}

/** There is no cluster here: has kubectl the verb and its options, and is what runs in the pod right? */
async function knownToKubectl(text: string, words: readonly string[]): Promise<void> {
  const inPod = words.indexOf('--');
  const [verb = '', ...args] = words.slice(0, inPod === -1 ? undefined : inPod);
  const { code, stdout } = await runProgram('kubectl', [verb, '--help']);
  expect(code, text).toBe(0);
  for (const [, option = ''] of args.join(' ').matchAll(/(--[\w-]+)/g)) {
    expect(stdout, text).toContain(`${option}=`);
  }
  if (inPod !== -1) await runAddrinfo(text, words.slice(inPod + 2));
}
