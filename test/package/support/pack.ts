import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { prebuiltName } from '../../../src/native/prebuilt';
import { mustRun } from './run';

/** What `npm pack` made of this checkout. */
export interface Packed {
  readonly tarball: string;
  /** Bytes. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly string[];
}

declare module 'vitest' {
  export interface ProvidedContext {
    packed: Packed;
  }
}

/** What a test needs of prebuilds/ has to be there before the package is packed. */
export function requirePrebuilt(name: string): void {
  if (existsSync(`prebuilds/${name}/addrinfo.node`)) return;
  throw new Error(`there is no prebuilds/${name}: npm run prebuilds -- ${name}, then again`);
}

/** Packs the package once for all tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  requirePrebuilt(prebuiltName());
  const folder = await mkdtemp(join(tmpdir(), 'addrinfo-pack-'));

  const json = await mustRun('npm', ['pack', '--json', '--pack-destination', folder]);
  const [packed] = JSON.parse(json);
  const { filename, size, unpackedSize, files } = packed;
  project.provide('packed', {
    tarball: join(folder, filename),
    size,
    unpackedSize,
    files: files.map((file: { path: string }) => file.path),
  });
  return () => rm(folder, { recursive: true });
}
