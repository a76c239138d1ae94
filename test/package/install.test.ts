import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { cleanEnvironment, emptyProject, fromRegistry, npmCli, withoutCompiler } from './support/project';
import { mustRun, run } from './support/run';

const { tarball } = inject('packed');

/** Runs smoke.cjs as if it were the project's own; it prints the CPU, the address of localhost and the addon. */
const smoke = readFileSync(join(__dirname, 'smoke.cjs'), 'utf8');
const prebuilt = /^\w+ 127\.0\.0\.1 .*[\\/]prebuilds[\\/]linux-\w+-glibc[\\/]addrinfo\.node\n$/;
const compiled = /^\w+ 127\.0\.0\.1 .*[\\/]build[\\/]Release[\\/]addrinfo\.node\n$/;

const install = ['install', '--no-audit', '--no-fund', '--foreground-scripts'];
const packageOf = (project: string) => join(project, 'node_modules', 'addrinfo');

test('npm install without a compiler: lookup4 answers from the prebuilt addon', async () => {
  const [cwd, env, npm] = await Promise.all([emptyProject(tarball), withoutCompiler(), npmCli()]);
  await mustRun(process.execPath, [npm, ...install], { cwd, env });
  expect(await mustRun('node', ['-e', smoke], { cwd, env })).toMatch(prebuilt);
  expect(existsSync(join(packageOf(cwd), 'build'))).toBe(false);
});

test('npm install --ignore-scripts: lookup4 answers from the prebuilt addon', async () => {
  const [cwd, env, npm] = await Promise.all([emptyProject(tarball), withoutCompiler(), npmCli()]);
  await mustRun(process.execPath, [npm, ...install, '--ignore-scripts'], { cwd, env });
  expect(await mustRun('node', ['-e', smoke], { cwd, env })).toMatch(prebuilt);
});

test('an installed package is imported as an ES module, and by addrinfo/register', async () => {
  const [cwd, env, npm] = await Promise.all([emptyProject(tarball), withoutCompiler(), npmCli()]);
  await mustRun(process.execPath, [npm, ...install], { cwd, env });
  await writeFile(
    join(cwd, 'main.mjs'),
    "import { lookup4 } from 'addrinfo';\nconsole.log(await lookup4('localhost'));",
  );
  expect(await mustRun('node', ['main.mjs'], { cwd, env })).toBe('127.0.0.1\n');
  const ask =
    "require('dns').lookup('localhost', (error, address, family) => console.log(error, address, family))";
  const patched = await mustRun('node', ['--import', 'addrinfo/register', '-e', ask], { cwd, env });
  expect(patched).toBe('null 127.0.0.1 4\n');
  expect(await mustRun('node', ['node_modules/.bin/addrinfo', 'localhost'], { cwd, env })).toBe(
    '127.0.0.1\n',
  );
});

test('npm rebuild --build-from-source: the compiled addon wins over the prebuilt one', async () => {
  const [cwd, env, npm] = [await emptyProject(tarball), cleanEnvironment(), await npmCli()];
  await mustRun(process.execPath, [npm, ...install], { cwd, env });
  expect(await mustRun('node', ['-e', smoke], { cwd, env })).toMatch(prebuilt);
  const fromSource = { ...env, npm_config_build_from_source: 'true' };
  await mustRun(process.execPath, [npm, 'rebuild', '--foreground-scripts'], { cwd, env: fromSource });
  expect(await mustRun('node', ['-e', smoke], { cwd, env })).toMatch(compiled);
});

test('without a prebuilt addon of this platform, the install script compiles one', async () => {
  const [cwd, env, npm] = [await emptyProject(tarball), cleanEnvironment(), await npmCli()];
  await mustRun(process.execPath, [npm, ...install, '--ignore-scripts'], { cwd, env });
  await rm(join(packageOf(cwd), 'prebuilds'), { recursive: true });
  await mustRun(process.execPath, [npm, 'rebuild', '--foreground-scripts'], { cwd, env });
  expect(await mustRun('node', ['-e', smoke], { cwd, env })).toMatch(compiled);
});

test('with neither a prebuilt addon nor a compiler: the install fails, and says what to install', async () => {
  const [cwd, env, npm] = await Promise.all([emptyProject(tarball), withoutCompiler(), npmCli()]);
  await mustRun(process.execPath, [npm, ...install, '--ignore-scripts'], { cwd, env });
  await rm(join(packageOf(cwd), 'prebuilds'), { recursive: true });
  const rebuilt = await run(process.execPath, [npm, 'rebuild', '--foreground-scripts'], { cwd, env });
  expect(rebuilt.code).not.toBe(0);
  expect(rebuilt.output).toContain('apk add python3 make g++ && npm rebuild addrinfo');

  const required = `try { require('addrinfo') } catch (error) { console.log(error.code + '\\n' + error.message) }`;
  const said = await mustRun('node', ['-e', required], { cwd, env });
  expect(said).toMatch(
    /^ERR_ADDRINFO_ADDON\naddrinfo: the native addon does not load on linux-\w+-glibc, Node v/,
  );
  expect(said).toContain('there is neither a prebuilt one for this platform nor one compiled here');
  expect(said).toContain('apt-get install -y python3 make g++ && npm rebuild addrinfo');
});

test('a prebuilt addon that does not load is not used: the install script says so and compiles', async () => {
  const [cwd, env, npm] = [await emptyProject(tarball), cleanEnvironment(), await npmCli()];
  await mustRun(process.execPath, [npm, ...install, '--ignore-scripts'], { cwd, env });
  const name = `linux-${process.arch}-glibc`;
  await writeFile(join(packageOf(cwd), 'prebuilds', name, 'addrinfo.node'), 'not a library');
  const { code, output } = await run(process.execPath, [npm, 'rebuild', '--foreground-scripts'], {
    cwd,
    env,
  });
  expect(code).toBe(0);
  expect(output).toContain('addrinfo: the prebuilt addon does not load');
  expect(await mustRun('node', ['-e', smoke], { cwd, env })).toMatch(compiled);
});

test('pnpm install without a compiler: lookup4 answers from the prebuilt addon', async () => {
  const [cwd, env] = [await emptyProject(tarball), await withoutCompiler()];
  const pnpm = join(await fromRegistry('pnpm', '10.34.8'), 'bin', 'pnpm.cjs');
  await mustRun(process.execPath, [pnpm, 'install'], { cwd, env });
  expect(await mustRun('node', ['-e', smoke], { cwd, env })).toMatch(prebuilt);
});

test('yarn 1 install without a compiler: lookup4 answers from the prebuilt addon', async () => {
  const [cwd, env] = [await emptyProject(tarball), await withoutCompiler()];
  const yarn = join(await fromRegistry('yarn', '1.22.22'), 'bin', 'yarn.js');
  await mustRun(process.execPath, [yarn, 'install', '--no-lockfile'], { cwd, env });
  expect(await mustRun('node', ['-e', smoke], { cwd, env })).toMatch(prebuilt);
});

test("yarn 4 install without a compiler, Plug'n'Play: lookup4 answers from the prebuilt addon", async () => {
  const [cwd, env] = [await emptyProject(tarball), await withoutCompiler()];
  const yarn = join(await fromRegistry('@yarnpkg/cli-dist', '4.18.1'), 'bin', 'yarn.js');
  await writeFile(join(cwd, 'yarn.lock'), '');
  await mustRun(process.execPath, [yarn, 'install', '--no-immutable'], { cwd, env });
  expect(await mustRun(process.execPath, [yarn, 'node', '-e', smoke], { cwd, env })).toMatch(prebuilt);
});
