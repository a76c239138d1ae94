import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pressure } from './scenario';

const PERIOD_US = 100_000;

/** The folders in which a cgroup with a quota might be made: the own group and those above it, then the v1 hierarchy's. */
function parents(): string[] {
  const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
  const above: string[] = [];
  for (let group = own; ; group = dirname(group)) {
    above.push(join('/sys/fs/cgroup', group));
    if (dirname(group) === group) break;
  }
  return [...above, '/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct'].filter(existsSync);
}

/** Writes the quota in the form of cgroup v2 or v1; false where the group has no CPU controller. */
function setQuota(group: string, cpus: number): boolean {
  const quota = String(cpus * PERIOD_US);
  if (existsSync(join(group, 'cpu.max'))) {
    writeFileSync(join(group, 'cpu.max'), `${quota} ${PERIOD_US}`);
    return true;
  }
  if (!existsSync(join(group, 'cpu.cfs_quota_us'))) return false;
  writeFileSync(join(group, 'cpu.cfs_period_us'), String(PERIOD_US));
  writeFileSync(join(group, 'cpu.cfs_quota_us'), quota);
  return true;
}

function makeGroup(cpus: number): string | undefined {
  for (const parent of parents()) {
    const group = join(parent, `addrinfo-bench-${process.pid}`);
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    try {
      if (setQuota(group, cpus)) return group;
    } catch {
      // Not ours to set.
    }
    rmdirSync(group);
  }
  return undefined;
}

/** The kernel needs a moment to let go of a process that has ended. */
async function removeGroup(group: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      rmdirSync(group);
      return;
    } catch {
      await delay(20);
    }
  }
}

/** What a busy process runs: it ends with the process that started it, however that ends. */
const BUSY = 'const { ppid } = process; while (process.ppid === ppid) for (let at = 0; at < 1e7; at += 1);';

/**
 * Runs `measure` beside busy processes, with the cgroup that its process has to join, if any. Returns undefined
 * where the quota cannot be had.
 */
export async function under<T>(
  { busy, quota }: Pressure,
  measure: (group: string | undefined) => Promise<T>,
): Promise<T | undefined> {
  const group = quota === undefined ? undefined : makeGroup(quota);
  if (quota !== undefined && group === undefined) return undefined;
  const others = Array.from({ length: busy }, () =>
    spawn(process.execPath, ['-e', BUSY], { stdio: 'ignore' }),
  );
  try {
    return await measure(group);
  } finally {
    for (const other of others) other.kill('SIGKILL');
    if (group !== undefined) await removeGroup(group);
  }
}
