// The package's JavaScript: what `require('addrinfo')` needs in one file, since Node takes a third of a
// millisecond for each it loads. Types are tsc's (tsconfig.build.json).

import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

/** Modules that are entries, or of the command, which has dns-packet to itself. All others make the one file. */
const APART =
  /[\\/]src[\\/](?:(?:index|register)\.ts$|cli[\\/])|[\\/]node_modules[\\/](?:dns-packet|@leichtgewicht)[\\/]/;

export default defineConfig({
  logLevel: 'warn',
  input: {
    index: 'src/index.ts',
    'register-options': 'src/register-options.ts',
    register: 'src/register.ts',
    'cli/main': 'src/cli/main.ts',
  },
  platform: 'node',
  plugins: [
    {
      // register.ts loads it late, to catch what that throws. It is in the one file: another that leads there is spared.
      name: 'register-options',
      renderChunk(code, { fileName }) {
        if (fileName !== 'register.js') return null;
        const direct = code.replace('"./register-options"', '"./addrinfo.js"');
        if (direct === code) throw new Error('register.js does not load register-options');
        return { code: direct, map: null };
      },
      generateBundle(_, bundle) {
        for (const file of ['register-options.js', 'register-options.js.map']) delete bundle[file];
      },
    },
    {
      // For `addrinfo build`. In the root of the package it would make package managers ask about a build.
      name: 'binding.gyp',
      generateBundle() {
        this.emitFile({ type: 'asset', fileName: 'binding.gyp', source: readFileSync('binding.gyp') });
      },
    },
  ],
  external: [/^node:/, /\.node$/, 'bindings', './register-options', '../../package.json'],
  output: {
    dir: 'dist',
    format: 'cjs',
    exports: 'named',
    strict: true,
    sourcemap: true,
    cleanDir: true,
    generatedCode: { symbols: false },
    codeSplitting: { groups: [{ name: 'addrinfo', test: (id) => !APART.test(id) }] },
    // Beside main.js: they find package.json from there.
    chunkFileNames: ({ name }) => (name === 'addrinfo' ? '[name].js' : 'cli/[name].js'),
  },
});
