/** A bundler, and what makes it take the addon along. Each has app.cjs and app.mjs, which ask for localhost. */
export interface Bundler {
  readonly name: string;
  /** From the registry, at exact versions. */
  readonly packages: readonly string[];
  /** As docs/bundlers.md gives it; absent where nothing has to be done. */
  readonly line?: string;
  /** Its configuration, with the line or without. */
  readonly files?: (withLine: boolean) => Readonly<Record<string, string>>;
  /** The commands of a build, with the line or without; the first word is a command of the packages. */
  readonly build: (withLine: boolean) => readonly (readonly string[])[];
  /** What the build makes in out/, and is run in an empty folder: a script, or a program. */
  readonly made: string;
}

const when = (condition: boolean, ...args: string[]) => (condition ? args : []);

const ESM = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

function webpackLike(name: string, command: readonly string[], ...packages: string[]): Bundler {
  const rule = String.raw`{ test: /\.node$/, type: 'asset/resource' }`;
  return {
    name,
    packages,
    line: `\`module: { rules: [${rule}] }\``,
    files: (withLine) => ({
      'config.cjs': `module.exports = {
        mode: 'production', target: 'node', entry: './app.cjs',
        output: { path: __dirname + '/out', filename: 'app.cjs' },
        module: { rules: [${when(withLine, rule)}] },
      };`,
    }),
    build: () => [[...command, '-c', 'config.cjs']],
    made: 'app.cjs',
  };
}

export const bundlers: readonly Bundler[] = [
  {
    name: 'esbuild',
    packages: ['esbuild@0.28.2'],
    line: '`--loader:.node=copy`',
    build: (withLine) => [
      [
        'esbuild',
        'app.cjs',
        '--bundle',
        '--platform=node',
        '--outfile=out/app.js',
        ...when(withLine, '--loader:.node=copy'),
      ],
    ],
    made: 'app.js',
  },
  {
    name: 'esbuild, `--format=esm`',
    packages: ['esbuild@0.28.2'],
    line: `\`--loader:.node=copy --banner:js="${ESM}"\``,
    build: (withLine) => [
      [
        'esbuild',
        'app.mjs',
        '--bundle',
        '--platform=node',
        '--format=esm',
        '--outfile=out/app.mjs',
        ...when(withLine, '--loader:.node=copy', `--banner:js=${ESM}`),
      ],
    ],
    made: 'app.mjs',
  },
  webpackLike('webpack 5', ['webpack'], 'webpack@5.113.0', 'webpack-cli@7.3.1'),
  webpackLike('rspack', ['rspack', 'build'], '@rspack/core@2.3.3', '@rspack/cli@2.2.8'),
  {
    name: 'rollup',
    packages: ['rollup@4.68.8', '@rollup/plugin-commonjs@29.0.3', '@rollup/plugin-node-resolve@16.0.3'],
    line: '`external: [/\\.node$/]`, and `cp -r node_modules/addrinfo/prebuilds dist/`',
    files: (withLine) => ({
      'config.mjs': `import commonjs from '@rollup/plugin-commonjs';
        import { nodeResolve } from '@rollup/plugin-node-resolve';
        export default {
          input: 'app.mjs', output: { file: 'out/app.cjs', format: 'cjs' }, plugins: [nodeResolve(), commonjs()],
          external: [${when(withLine, String.raw`/\.node$/`)}],
        };`,
    }),
    build: (withLine) => [
      ['rollup', '-c', 'config.mjs'],
      ...(withLine ? [['cp', '-r', 'node_modules/addrinfo/prebuilds', 'out/']] : []),
    ],
    made: 'app.cjs',
  },
  {
    name: 'rolldown',
    packages: ['rolldown@1.2.19'],
    line: "`moduleTypes: { '.node': 'copy' }`",
    build: (withLine) => [
      [
        'rolldown',
        'app.mjs',
        '--platform',
        'node',
        '--format',
        'cjs',
        '-d',
        'out',
        ...when(withLine, '--module-types', '.node=copy'),
      ],
    ],
    made: 'app.js',
  },
  {
    name: 'vite, `ssr.noExternal`',
    packages: ['vite@8.3.8'],
    line: "`build: { ssrEmitAssets: true, rolldownOptions: { moduleTypes: { '.node': 'asset' } } }`",
    files: (withLine) => ({
      'vite.config.mjs': `export default {
        ssr: { noExternal: true },
        build: { ${when(withLine, "ssrEmitAssets: true, rolldownOptions: { moduleTypes: { '.node': 'asset' } }")} },
      };`,
    }),
    build: () => [['vite', 'build', '--ssr', 'app.mjs', '--outDir', 'out']],
    made: 'app.mjs',
  },
  {
    name: 'tsup, `noExternal`',
    packages: ['tsup@8.5.1', 'typescript@5.9.3'],
    build: () => [['tsup', 'app.cjs', '--format', 'cjs', '-d', 'out', '--config', 'tsup.json']],
    files: () => ({ 'tsup.json': '{ "noExternal": ["addrinfo"] }' }),
    made: 'app.js',
  },
  {
    name: 'ncc',
    packages: ['@vercel/ncc@0.45.0'],
    build: () => [['ncc', 'build', 'app.cjs', '-o', 'out']],
    made: 'index.cjs',
  },
  {
    name: 'nft (Vercel, Next.js, Nitro)',
    packages: ['@vercel/nft@1.11.5'],
    files: () => ({
      'trace.mjs': `import { nodeFileTrace } from '@vercel/nft';
        import { cpSync } from 'node:fs';
        const { fileList } = await nodeFileTrace(['app.cjs']);
        for (const file of fileList) cpSync(file, 'out/' + file);`,
    }),
    build: () => [['node', 'trace.mjs']],
    made: 'app.cjs',
  },
  {
    name: 'parcel',
    packages: ['parcel@2.16.4'],
    files: () => ({
      'package.json': JSON.stringify({
        private: true,
        source: 'app.cjs',
        main: 'out/app.js',
        targets: { main: { context: 'node', includeNodeModules: true, outputFormat: 'commonjs' } },
      }),
    }),
    build: () => [['parcel', 'build', '--no-cache']],
    made: 'app.js',
  },
  {
    name: '`bun build --target=node`',
    packages: ['bun@1.4.5'],
    build: () => [['bun', 'build', 'app.cjs', '--target=node', '--outdir=out']],
    made: 'app.js',
  },
  {
    name: '`bun build --compile`',
    packages: ['bun@1.4.5'],
    build: () => [['bun', 'build', 'app.cjs', '--compile', '--outfile=out/app']],
    made: 'app',
  },
  {
    name: "Node's single executable (SEA)",
    packages: ['esbuild@0.28.2', 'postject@1.0.0-alpha.6'],
    line: '`cp node_modules/addrinfo/prebuilds/linux-x64-glibc/addrinfo.node` beside the program',
    files: () => ({
      'sea.json': '{ "main": "bundle.js", "output": "app.blob", "disableExperimentalSEAWarning": true }',
    }),
    build: (withLine) => [
      ['esbuild', 'app.cjs', '--bundle', '--platform=node', '--external:*.node', '--outfile=bundle.js'],
      ['node', '--experimental-sea-config', 'sea.json'],
      ['cp', process.execPath, 'out/app'],
      [
        'postject',
        'out/app',
        'NODE_SEA_BLOB',
        'app.blob',
        '--sentinel-fuse',
        'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
      ],
      ...(withLine
        ? [['cp', `node_modules/addrinfo/prebuilds/linux-${process.arch}-glibc/addrinfo.node`, 'out/']]
        : []),
    ],
    made: 'app',
  },
];
