import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeUnless } from '../../support/describe-unless';
import { inSandbox, noSandboxReason, runInFreshSandbox } from '../../support/sandbox/fresh-sandbox';

const root = join(__dirname, '../../../build-modules');

function missing(file: string): string | undefined {
  if (!inSandbox) return `no sandbox: ${noSandboxReason}`;
  return existsSync(join(root, file)) ? undefined : 'not unpacked: run node test/parity/modules/get.mjs';
}

/** A daemon, or the module alone, and lines of nsswitch.conf that have it. */
const MODULES = [
  ['nscd', 'usr/sbin/nscd', ['files dns']],
  ['myhostname', 'usr/share/doc/libnss-myhostname', ['files dns myhostname', 'files myhostname dns']],
  ['resolve', 'lib/systemd/systemd-resolved', ['resolve [!UNAVAIL=return] files dns', 'files resolve dns']],
] as const;

for (const [module, file, lines] of MODULES) {
  describeUnless(missing(file), `the module ${module}`, () => {
    test.each(lines)(
      'every families but ipv4-only answers as getaddrinfo(AF_UNSPEC) does: hosts: %s',
      async (line) => {
        const setup = ['sh', join(__dirname, 'with-module.sh'), module, root];
        const compare = [process.execPath, '--import', 'tsx', join(__dirname, 'compare.ts'), line];
        const { stdout, stderr } = await runInFreshSandbox([...setup, ...compare], { timeout: 60_000 });
        expect(stderr).toBe('');
        const { found, wrong } = JSON.parse(stdout);
        expect(wrong).toEqual([]);
        expect(found).toBeGreaterThan(20);
      },
      70_000,
    );
  });
}
