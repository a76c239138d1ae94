#!/usr/bin/env node
// node test/parity/machine/main.mjs [--cases 300] [--seed N] [--from 0] [--lanes 6] [--shrink 3] [--judge system]
//
// Runs generated set-ups through getaddrinfo(3), dns.lookup, ours and c-ares, in a sandbox (test/README.md). Exits with 1
// where ours is not as the system.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const sandbox = [at('../../support/sandbox/sandbox.mjs'), '--fresh', '--query-log', 'off', '--'];
const command = [process.execPath, '--import', 'tsx', at('./main.ts'), ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [...sandbox, ...command], {
  stdio: 'inherit',
  cwd: at('../../..'),
});
process.exitCode = status ?? 1;
