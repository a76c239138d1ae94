import { closeSync, openSync, readSync } from 'node:fs';

/**
 * The folder of prebuilds/ that has the addon for this process: `linux-x64-musl`, `darwin-arm64`. The
 * package need not have it.
 */
export function prebuiltName(): string {
  const { platform, arch, execPath } = process;
  return platform === 'linux' ? `linux-${arch}-${libcOf(execPath)}` : `${platform}-${arch}`;
}

/**
 * Which C library a program of this machine runs on. It stands at the program's start, in the path of the
 * loader it asks for; a diagnostic report, which says it too, takes milliseconds to make.
 */
export function libcOf(executable: string): 'glibc' | 'musl' {
  const start = head(executable);
  if (start.includes('/ld-musl')) return 'musl';
  return start.includes('/ld-linux') ? 'glibc' : reportedLibc();
}

function head(file: string): string {
  const bytes = Buffer.allocUnsafe(4096);
  try {
    const descriptor = openSync(file, 'r');
    try {
      return bytes.toString('latin1', 0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}

/** For a program that cannot be read (the permission model) or has been patched. */
function reportedLibc(): 'glibc' | 'musl' {
  const { report } = process;
  // With the network in it, the report looks up the name of every peer.
  const before = Reflect.get(report, 'excludeNetwork');
  Reflect.set(report, 'excludeNetwork', true);
  const { header }: { header?: unknown } = report.getReport();
  Reflect.set(report, 'excludeNetwork', before);
  const isGlibc = typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header;
  return isGlibc ? 'glibc' : 'musl';
}
