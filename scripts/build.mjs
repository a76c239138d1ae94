// Builds what is older than its sources: the addon from native/, dist/ from src/. `npm test` runs it first, so
// that what is tested is what is in the tree.

import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** @param {string} path - relative to the root @returns {number} 0 where there is none */
function modified(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * When a file was last changed, or a folder's list of files: a source that is deleted counts too.
 * @param {readonly string[]} paths
 * @returns {number}
 */
function lastChange(paths) {
  const within = paths
    .filter((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory())
    .flatMap((path) =>
      readdirSync(join(root, path), { recursive: true, encoding: 'utf8' }).map((name) => join(path, name)),
    );
  return Math.max(...[...paths, ...within].map(modified));
}

/**
 * @param {string} product - stands for all that is built with it
 * @param {readonly string[]} sources
 * @param {() => number | null} build
 */
function bring(product, sources, build) {
  if (modified(product) >= lastChange(sources)) return;
  // What is edited during the build is newer than this.
  const begun = new Date();
  console.log(`building ${product}`);
  const status = build();
  if (status !== 0) process.exit(status ?? 1);
  // A build that finds nothing to do leaves the file as it was.
  utimesSync(join(root, product), begun, begun);
}

/** @param {string} file @param {readonly string[]} args */
function run(file, args) {
  const { status, stdout } = spawnSync(file, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  // tsc says there what is wrong.
  if (status !== 0) console.error(stdout);
  return status;
}

bring('build/Release/addrinfo.node', ['native', 'binding.gyp'], () => {
  const gyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  const isConfigured = modified('build/config.gypi') >= modified('binding.gyp');
  const steps = isConfigured ? ['build'] : ['configure', 'build'];
  return run(process.execPath, [gyp, '--loglevel=error', ...steps]);
});

bring('dist/index.d.ts', ['src', 'rolldown.config.mjs', 'tsconfig.json', 'tsconfig.build.json'], () =>
  run('npm', ['run', '--silent', 'prepare']),
);
