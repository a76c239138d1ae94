import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const names = ['hosts', 'resolv.conf', 'nsswitch.conf', 'gai.conf'] as const;

/** The files in /etc that decide how a name is resolved. */
export type EtcFile = (typeof names)[number];

function sandboxDir(): string {
  const dir = process.env['ADDRINFO_SANDBOX'];
  // Outside, these would be the machine's own files.
  if (dir === undefined) throw new Error('not in a sandbox');
  return dir;
}

/** A rename, not a write in place: no lookup reads half a file, and glibc notices the new inode at any clock resolution. */
function replace(name: EtcFile, fill: (file: string) => void): void {
  const file = join(sandboxDir(), 'etc', name);
  fill(`${file}.new`);
  renameSync(`${file}.new`, file);
}

/** Replaces a file of the sandbox's /etc. `restoreEtc` undoes it. */
export function writeEtc(name: EtcFile, text: string): void {
  replace(name, (file) => writeFileSync(file, text.endsWith('\n') ? text : `${text}\n`));
}

export const writeHosts = (text: string): void => writeEtc('hosts', text);
export const writeResolvConf = (text: string): void => writeEtc('resolv.conf', text);

/** Puts all four files back as they were when the sandbox began. For `afterEach`. */
export function restoreEtc(): void {
  for (const name of names) replace(name, (file) => copyFileSync(join(sandboxDir(), 'original', name), file));
}
