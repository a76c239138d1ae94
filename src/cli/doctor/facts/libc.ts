import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

/** The C library whose getaddrinfo this process calls. */
export interface Libc {
  readonly name: 'glibc' | 'musl' | 'other';
  /** `2.36`; absent where it cannot be told. */
  readonly version?: string;
}

// musl's loader, run without a program, prints its version and fails.
function muslVersion(): string | undefined {
  const loader = existsSync('/lib') && readdirSync('/lib').find((file) => /^ld-musl-.*\.so\.1$/.test(file));
  if (!loader) return undefined;
  const { stderr } = spawnSync(`/lib/${loader}`, { encoding: 'utf8', timeout: 2000 });
  return /^Version (\S+)/m.exec(stderr ?? '')?.[1];
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function glibcVersion(): string | undefined {
  const version = field(field(process.report.getReport(), 'header'), 'glibcVersionRuntime');
  return typeof version === 'string' ? version : undefined;
}

/** Which libc this process runs on. */
export function libcOfThisProcess(): Libc {
  if (process.platform !== 'linux') return { name: 'other' };
  const glibc = glibcVersion();
  if (glibc !== undefined) return { name: 'glibc', version: glibc };
  const musl = muslVersion();
  return musl === undefined ? { name: 'musl' } : { name: 'musl', version: musl };
}

/** Whether `version` (`2.36`) is at least `least`; false where it is not known. */
export function atLeast(version: string | undefined, least: string): boolean {
  const numbers = (text: string): number[] => text.split('.').map(Number);
  const [major = 0, minor = 0] = numbers(version ?? '0');
  const [leastMajor = 0, leastMinor = 0] = numbers(least);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
