import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { cleanEnvironment, emptyProject, npmCli, withoutCompiler } from './support/project';
import { mustRun, run } from './support/run';

const { tarball } = inject('packed');

/** Runs smoke.cjs as if it were the project's own; it prints the CPU, the address of localhost and the addon. */
const smoke = readFileSync(join(__dirname, 'smoke.cjs'), 'utf8');
const prebuilt = /^\w+ 127\.0\.0\.1 .*[\\/]prebuilds[\\/]linux-\w+-glibc[\\/]addrinfo\.node\n$/;
const compiled = /^\w+ 127\.0\.0\.1 .*[\\/]build[\\/]Release[\\/]addrinfo\.node\n$/;

const packageOf = (project: string) => join(project, 'node_modules', 'addrinfo');

async function install(env: NodeJS.ProcessEnv): Promise<string> {
  const cwd = await emptyProject(tarball);
  const args = [await npmCli(), 'install', '--no-audit', '--no-fund'];
  await mustRun(process.execPath, args, { cwd, env });
  return cwd;
}

/** What a program that requires the package is told. */
async function refusal(cwd: string, ...options: string[]): Promise<string> {
  const required = `try { require('addrinfo') } catch (error) { console.log(error.code + '\\n' + error.message) }`;
  return mustRun('node', [...options, '-e', required], { cwd, env: cleanEnvironment() });
}

test('npm install brings three packages, of less than 5 MB in all', async () => {
  const cwd = await install(cleanEnvironment());
  const lock = JSON.parse(readFileSync(join(cwd, 'node_modules', '.package-lock.json'), 'utf8'));
  const packages = Object.keys(lock.packages);
  expect(packages.length).toBeLessThanOrEqual(3);
  const all = await readdir(join(cwd, 'node_modules'), { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  // More than the package alone, or nothing was counted.
  expect(bytes).toBeGreaterThan(inject('packed').unpackedSize);
  expect(bytes).toBeLessThan(5_000_000);
});

test('npm install without a compiler: lookup4 answers from the prebuilt addon', async () => {
  const env = await withoutCompiler();
  const cwd = await install(env);
  expect((await readdir(join(cwd, 'node_modules'))).filter((name) => !name.startsWith('.')).sort()).toEqual([
    'addrinfo',
    'bindings',
    'file-uri-to-path',
  ]);
  expect(await mustRun('node', ['-e', smoke], { cwd, env })).toMatch(prebuilt);
  expect(existsSync(join(packageOf(cwd), 'build'))).toBe(false);
});

test('an installed package is imported as an ES module, and by addrinfo/register', async () => {
  const env = await withoutCompiler();
  const cwd = await install(env);
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

test('register by its absolute path, from a folder without the package: it preloads', async () => {
  const cwd = await install(cleanEnvironment());
  const file = join(packageOf(cwd), 'dist', 'register.js');
  const env = { ...cleanEnvironment(), NODE_OPTIONS: `--import ${file}` };
  const patched = "console.log(require('dns').lookup.toString().includes('native') ? 'native' : 'loaded')";
  const said = await mustRun('node', ['-e', patched], { cwd: '/', env });
  expect(said).toBe('loaded\n');
});

test('a prebuilt addon that does not load: the error names the file and the command that builds one', async () => {
  const cwd = await install(cleanEnvironment());
  const name = `linux-${process.arch}-glibc`;
  await writeFile(join(packageOf(cwd), 'prebuilds', name, 'addrinfo.node'), 'not a library');
  const said = await refusal(cwd);
  expect(said).toMatch(/^ERR_ADDRINFO_ADDON\n/);
  expect(said).toContain('prebuilds');
  expect(said).toContain('npx addrinfo build');
});

test('--permission without --allow-addons: the error says which option is missing', async () => {
  const cwd = await install(cleanEnvironment());
  const said = await refusal(cwd, '--experimental-permission', '--allow-fs-read=*');
  expect(said).toContain('Add --allow-addons');
  expect(said).not.toContain('g++');
});

test('--no-addons: the error says which option to remove', async () => {
  const cwd = await install(cleanEnvironment());
  const said = await refusal(cwd, '--no-addons');
  expect(said).toContain('Remove --no-addons');
  expect(said).not.toContain('g++');
});

test('without a prebuilt addon of this platform: the error names the command that builds one', async () => {
  const cwd = await install(cleanEnvironment());
  await rm(join(packageOf(cwd), 'prebuilds'), { recursive: true });
  const said = await refusal(cwd);
  expect(said).toMatch(
    /^ERR_ADDRINFO_ADDON\naddrinfo: the native addon does not load on linux-\w+-glibc, Node v/,
  );
  expect(said).toContain('the package has no addon for this platform');
  expect(said).toContain('apt-get install -y python3 make g++ && npx addrinfo build');

  const warned = await run('node', ['--import', 'addrinfo/register', '-e', '0'], {
    cwd,
    env: cleanEnvironment(),
  });
  expect(warned.code).toBe(0);
  expect(warned.output).toContain('npx addrinfo build');
});

test('addrinfo build without a prebuilt addon: it compiles one, which answers', async () => {
  const [cwd, env] = [await install(cleanEnvironment()), cleanEnvironment()];
  await rm(join(packageOf(cwd), 'prebuilds'), { recursive: true });
  await mustRun('npx', ['addrinfo', 'build'], { cwd, env });
  expect(await mustRun('node', ['-e', smoke], { cwd, env })).toMatch(compiled);
});

test('addrinfo build beside a prebuilt addon: the compiled one wins; removed, the prebuilt one is back', async () => {
  const [cwd, env] = [await install(cleanEnvironment()), cleanEnvironment()];
  await mustRun('npx', ['addrinfo', 'build'], { cwd, env });
  expect(await mustRun('node', ['-e', smoke], { cwd, env })).toMatch(compiled);
  await rm(join(packageOf(cwd), 'build'), { recursive: true });
  expect(await mustRun('node', ['-e', smoke], { cwd, env })).toMatch(prebuilt);
});

test('addrinfo build without a compiler: exit code 1, it says what to install, nothing is left', async () => {
  const env = { ...cleanEnvironment(), CXX: 'no-such-compiler' };
  const cwd = await install(env);
  const command = join(packageOf(cwd), 'dist', 'cli', 'main.js');
  const built = await run('node', [command, 'build'], { cwd, env });
  expect(built.code).toBe(1);
  expect(built.output).toContain('apk add python3 make g++');
  expect(existsSync(join(packageOf(cwd), 'build'))).toBe(false);
});
