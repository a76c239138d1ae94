// The package's JavaScript. What `require('addrinfo')` needs is one file without comments: Node takes a third of
// a millisecond for each file it loads, and as long to read past the comments of the sources. It is not minified: Node
// prints the line that threw an uncaught error. Types are tsc's (tsconfig.build.json).

import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const common = {
  logLevel: 'warn',
  platform: 'node',
  external: [/^node:/, /\.node$/, 'bindings'],
};

const output = {
  dir: 'dist',
  format: 'cjs',
  exports: 'named',
  strict: true,
  sourcemap: true,
  generatedCode: { symbols: false },
};

/** Kept out of the command's copy of the package: its own files, and dns-packet, which only they use. */
const COMMAND_ONLY = /[\\/]src[\\/]cli[\\/]|[\\/]node_modules[\\/](?:dns-packet|@leichtgewicht)[\\/]/;

export default defineConfig([
  {
    ...common,
    input: { index: 'src/index.ts' },
    plugins: [
      {
        // For `addrinfo build`. In the root of the package it would make package managers ask about a build.
        name: 'binding.gyp',
        generateBundle() {
          this.emitFile({ type: 'asset', fileName: 'binding.gyp', source: readFileSync('binding.gyp') });
        },
      },
    ],
    output: { ...output, comments: false, cleanDir: true },
  },
  {
    ...common,
    input: { register: 'src/register.ts' },
    external: [...common.external, './index.js'],
    output,
  },
  {
    // The command is a program of its own, with its own copy of the package.
    ...common,
    input: { main: 'src/cli/main.ts' },
    external: [...common.external, '../../package.json'],
    output: {
      ...output,
      dir: 'dist/cli',
      sourcemapExcludeSources: true,
      comments: false,
      codeSplitting: { groups: [{ name: 'package', test: (id) => !COMMAND_ONLY.test(id) }] },
      chunkFileNames: '[name].js',
    },
  },
]);
