import { join } from 'node:path';

/** A package manager at one version, and how a user installs with it. */
export interface Manager {
  readonly name: string;
  /** The registry's package that has it, and where its command is in there. */
  readonly packageName: string;
  readonly version: string;
  readonly program: string;
  /** The oldest major version of Node that runs it, where 20 does not. */
  readonly nodeVersion?: string;
  /** Settings files of the project, for a registry on loopback. */
  readonly settings?: (registry: string) => Readonly<Record<string, string>>;
  readonly add: readonly string[];
  /** What is run after it: again, and as in a Dockerfile. */
  readonly afterwards: readonly (readonly string[])[];
  /** Runs a script of the project, where plain `node` would not find the package. */
  readonly node?: readonly string[];
  /** Runs a command of the package. */
  readonly exec: readonly string[];
}

const npmrc = (registry: string) => ({ '.npmrc': `registry=${registry}\n` });

function npm(major: number, version: string, ...flags: string[]): Manager {
  return {
    name: ['npm', major, ...flags].join(' '),
    packageName: 'npm',
    version,
    program: join('bin', 'npm-cli.js'),
    settings: npmrc,
    add: ['install', '--no-audit', '--no-fund', ...flags],
    afterwards: [
      ['ci', '--omit=dev', ...flags],
      ['rebuild', ...flags],
    ],
    exec: ['exec', '--'],
  };
}

function pnpm(major: number, version: string, program: string): Manager {
  return {
    name: `pnpm ${major}`,
    packageName: 'pnpm',
    version,
    program: join('bin', program),
    settings: npmrc,
    add: ['add'],
    afterwards: [['install'], ['install', '--frozen-lockfile', '--prod'], ['rebuild']],
    exec: ['exec'],
  };
}

function yarn4(linker: 'pnp' | 'node-modules'): Manager {
  return {
    name: `yarn 4, ${linker}`,
    packageName: '@yarnpkg/cli-dist',
    version: '4.18.1',
    program: join('bin', 'yarn.js'),
    settings: (registry) => ({
      'yarn.lock': '',
      '.yarnrc.yml': [
        `nodeLinker: ${linker}`,
        `npmRegistryServer: '${registry}'`,
        "unsafeHttpWhitelist: ['127.0.0.1']",
        'enableImmutableInstalls: false',
        'npmMinimalAgeGate: 0', // The package has been published this minute.
        '',
      ].join('\n'),
    }),
    add: ['add'],
    afterwards: [['install'], ['install', '--immutable']],
    node: ['node'],
    exec: ['run'],
  };
}

export const managers: readonly Manager[] = [
  npm(10, '10.9.9'),
  npm(11, '11.21.2'),
  npm(12, '12.2.1'),
  npm(12, '12.2.1', '--strict-allow-scripts'),
  pnpm(10, '10.34.9', 'pnpm.cjs'),
  { ...pnpm(11, '11.28.11', 'pnpm.mjs'), nodeVersion: '22' },
  pnpm(12, '12.21.0', 'pnpm.mjs'),
  {
    name: 'yarn 1',
    packageName: 'yarn',
    version: '1.22.22',
    program: join('bin', 'yarn.js'),
    settings: npmrc,
    add: ['add'],
    afterwards: [['install'], ['install', '--frozen-lockfile', '--production']],
    exec: ['run', '--silent'],
  },
  yarn4('pnp'),
  yarn4('node-modules'),
  {
    name: 'bun',
    packageName: '@oven/bun-linux-x64',
    version: '1.4.5',
    program: join('bin', 'bun'),
    settings: npmrc,
    add: ['add'],
    afterwards: [['install'], ['install', '--frozen-lockfile', '--production']],
    exec: ['x'],
  },
];
