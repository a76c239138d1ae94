import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { childEnvironment } from './build-environment';

/** What a build needs besides a compiler. Not installed with the package: almost nobody builds. */
const TOOLS = { 'node-gyp': '12.4.0', 'node-addon-api': '8.9.2' };

interface Installer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Installs node-gyp and the headers into a folder, with npm or with the package manager that is there.
 *
 * @returns what went wrong
 */
export function installTools(folder: string): string | undefined {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: TOOLS }));
  copySettings(folder);
  const failures: string[] = [];
  for (const installer of installers()) {
    const failure = attempt(installer, folder);
    if (failure === undefined) return undefined;
    failures.push(failure);
  }
  return failures.join('; ');
}

/** The project's registry and its token. */
function copySettings(folder: string): void {
  const settings = join(process.env['INIT_CWD'] ?? process.cwd(), '.npmrc');
  if (existsSync(settings)) copyFileSync(settings, join(folder, '.npmrc'));
}

function installers(): readonly Installer[] {
  const npm = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--loglevel=error',
  ];
  const berry = { YARN_NODE_LINKER: 'node-modules', YARN_ENABLE_SCRIPTS: 'false' };
  return [
    ...bundledNpm().map((cli) => ({ command: process.execPath, args: [cli, ...npm] })),
    { command: 'npm', args: npm },
    { command: 'pnpm', args: ['install', '--ignore-scripts', '--ignore-workspace', '--no-lockfile'] },
    { command: 'bun', args: ['install', '--ignore-scripts'] },
    { command: 'yarn', args: ['install'], env: berry },
  ];
}

/** The npm that came with this Node. */
function bundledNpm(): readonly string[] {
  const bin = dirname(process.execPath);
  return [join(bin, 'node_modules'), join(bin, '..', 'lib', 'node_modules')]
    .map((modules) => join(modules, 'npm', 'bin', 'npm-cli.js'))
    .filter((file) => existsSync(file));
}

function attempt({ command, args, env }: Installer, folder: string): string | undefined {
  const isScript = command === process.execPath;
  const { status, error } = spawnSync(command, args, {
    cwd: folder,
    env: { ...childEnvironment(), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
    // The others are .cmd files there.
    shell: process.platform === 'win32' && !isScript,
  });
  if (status === 0) return undefined;
  return error ? `${command}: ${error.message}` : `${command} ended with ${status}`;
}
