#!/usr/bin/env node
// node test/parity/modules/get.mjs: unpacks the name service modules of Debian, and their daemons, into build-modules/.
// Nothing is installed: to install libnss-* changes /etc/nsswitch.conf.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PACKAGES = [
  'nscd',
  'libnss-myhostname',
  'libnss-resolve',
  'systemd-resolved',
  // What systemd-resolved is linked with, beyond the base system.
  'libsystemd-shared',
  'libip4tc2',
  'libkmod2',
  'libssl3',
];

const root = fileURLToPath(new URL('../../../build-modules/', import.meta.url));
const debs = `${root}debs`;
mkdirSync(debs, { recursive: true });
execFileSync('apt-get', ['-q', '-o', 'APT::Sandbox::User=', 'download', ...PACKAGES], {
  cwd: debs,
  stdio: ['ignore', 'ignore', 'inherit'],
});
for (const file of readdirSync(debs)) execFileSync('dpkg', ['-x', `${debs}/${file}`, root]);
