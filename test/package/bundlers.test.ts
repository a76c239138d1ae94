// Each bundle is moved alone into an empty folder and run there. docs/bundlers.md has the results as a table;
// ADDRINFO_WRITE_DOCS=1 writes it.

import { readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Bundler, bundlers } from './support/bundlers';
import { cleanEnvironment, temporaryFolder } from './support/project';
import { mustRun, type Ran, run } from './support/run';

const { tarball } = inject('packed');
const page = join(__dirname, '..', '..', 'docs', 'bundlers.md');
const write = process.env['ADDRINFO_WRITE_DOCS'] === '1';

const app = {
  'app.cjs': `const { lookup4 } = require('addrinfo');
    lookup4('localhost').then(console.log, console.error);`,
  'app.mjs': `import { lookup4 } from 'addrinfo';
    lookup4('localhost').then(console.log, console.error);`,
};

const WORKS = 'works';
const STOPS = 'the build stops';
const SAYS = 'the program stops: `ERR_ADDRINFO_ADDON` with this advice';

class Project {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #bundler: Bundler;

  private constructor(folder: string, bundler: Bundler) {
    this.#folder = folder;
    this.#bundler = bundler;
    const bin = join(folder, 'node_modules', '.bin');
    const env = cleanEnvironment();
    this.#env = { ...env, PATH: `${bin}${delimiter}${env['PATH']}`, NO_COLOR: '1' };
  }

  static async install(bundler: Bundler): Promise<Project> {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    const args = ['install', '--no-audit', '--no-fund', tarball, ...bundler.packages];
    await mustRun('npm', args, { cwd: folder, env: cleanEnvironment() });
    return new Project(folder, bundler);
  }

  /** Builds, and runs what was built. */
  async run(withLine: boolean): Promise<Ran & { readonly stopped?: boolean }> {
    const { build, files, made } = this.#bundler;
    const out = join(this.#folder, 'out');
    await rm(out, { recursive: true, force: true });
    await mkdir(out);
    for (const [name, text] of Object.entries({ ...app, ...files?.(withLine) })) {
      await writeFile(join(this.#folder, name), text);
    }
    for (const [command = '', ...args] of build(withLine)) {
      const built = await run(command, args, { cwd: this.#folder, env: this.#env });
      if (built.code !== 0) return { ...built, stopped: true };
    }
    const alone = await temporaryFolder();
    await cp(out, alone, { recursive: true });
    // bindings and Node look into parent folders, where nothing may be found.
    await rm(out, { recursive: true });
    const file = join(alone, made);
    return /js$/.test(made)
      ? run(process.execPath, [file], { cwd: alone, env: cleanEnvironment() })
      : run(file, [], { cwd: alone, env: cleanEnvironment() });
  }
}

function outcome({ stopped, stdout, output }: Ran & { readonly stopped?: boolean }): string {
  if (stopped) return /addrinfo\.node/.test(output) ? STOPS : output;
  if (stdout === '127.0.0.1\n') return WORKS;
  return output.includes('this is a bundle') && output.includes('docs/bundlers.md') ? SAYS : output;
}

const row = ({ name, line }: Bundler, without: string) => `| ${name} | ${line ?? 'nothing'} | ${without} |`;

/** Without the spaces that a formatter puts into tables. */
const dense = (text: string) => text.replaceAll(/ {2,}/g, ' ');

describe.each(bundlers)('$name', (bundler) => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.install(bundler);
  });

  test.runIf(bundler.line !== undefined)(
    'with the line: the bundle, alone in a folder, resolves localhost',
    async () => {
      expect(outcome(await project.run(true))).toBe(WORKS);
    },
  );

  test('without a line: it works, or the failure is clear; docs/bundlers.md says which', async () => {
    const without = outcome(await project.run(false));
    expect(bundler.line === undefined ? [WORKS] : [STOPS, SAYS]).toContain(without);
    const text = readFileSync(page, 'utf8');
    if (write) writeFileSync(page, withRow(text, bundler, without));
    else expect(dense(text)).toContain(row(bundler, without));
  });
});

/** The page with this row in the table's place for it, or at its end. */
function withRow(text: string, bundler: Bundler, without: string): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => dense(line).startsWith(`| ${bundler.name} |`));
  if (at >= 0) lines[at] = row(bundler, without);
  else lines.splice(lines.indexOf('<!-- end of the table -->') - 1, 0, row(bundler, without));
  return lines.join('\n');
}
