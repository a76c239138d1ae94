import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';

/** What contestants run, and the folder of this run. */
export interface Programs {
  readonly gai: string;
  readonly subject: string;
  readonly folder: string;
  remove(): void;
}

/**
 * Compiles getaddrinfo's program, and puts the subject with the sources under test into one file: dozens of processes
 * start from it.
 */
export async function buildPrograms(): Promise<Programs> {
  // One level below the root: the addon is found from there.
  const folder = mkdtempSync(join(__dirname, '../../../build-machine-'));
  const gai = join(folder, 'gai');
  const subject = join(folder, 'subject.cjs');
  execFileSync('cc', ['-O1', '-Wall', '-Werror', '-D_GNU_SOURCE', '-o', gai, join(__dirname, 'gai.c')]);
  await build({
    logLevel: 'warn',
    input: join(__dirname, 'subject.ts'),
    platform: 'node',
    external: [/^node:/, /\.node$/],
    output: { file: subject, format: 'cjs', codeSplitting: false },
  });
  return { gai, subject, folder, remove: () => rmSync(folder, { recursive: true }) };
}
