import { readFileSync, readlinkSync } from 'node:fs';

/** What connection tracking has counted in one network namespace, over all CPUs. */
export interface ConntrackCounters {
  /** Flows it knows now. */
  readonly entries: number;
  /** Packets dropped because another had taken the entry first. */
  readonly insertFailed: number;
  /** Such packets that were rescued; undefined where the kernel does not say. */
  readonly clashResolve: number | undefined;
}

/** `own`: this process's network namespace. `node`: that of process 1, where it is another one (hostPID). */
export type Whose = 'own' | 'node';

export type ConntrackReading = Readonly<Partial<Record<Whose, ConntrackCounters>>>;

/** Sums the columns of /proc/net/stat/nf_conntrack: a heading, then a line for each CPU, in hexadecimal. */
export function parseConntrack(text: string): ConntrackCounters | undefined {
  const [heading = '', ...cpus] = text.trim().split('\n');
  const columns = heading.trim().split(/\s+/);
  const rows = cpus.map((line) =>
    line
      .trim()
      .split(/\s+/)
      .map((field) => Number.parseInt(field, 16)),
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const sum = (name: string): number | undefined => {
    const at = columns.indexOf(name);
    return at === -1 ? undefined : rows.reduce((total, row) => total + (row[at] ?? 0), 0);
  };
  const insertFailed = sum('insert_failed');
  if (insertFailed === undefined) return undefined;
  // The number of entries is the namespace's, the same in each line.
  return { entries: first[columns.indexOf('entries')] ?? 0, insertFailed, clashResolve: sum('clashres') };
}

function read(process: 'self' | '1'): ConntrackCounters | undefined {
  try {
    return parseConntrack(readFileSync(`/proc/${process}/net/stat/nf_conntrack`, 'utf8'));
  } catch {
    return undefined;
  }
}

function isOtherNamespace(): boolean {
  try {
    return readlinkSync('/proc/1/ns/net') !== readlinkSync('/proc/self/ns/net');
  } catch {
    return false; // not ours to see
  }
}

/** The counters that can be read here, as they stand now. */
export function readConntrack(): ConntrackReading {
  const own = read('self');
  const node = isOtherNamespace() ? read('1') : undefined;
  return { ...(own === undefined ? {} : { own }), ...(node === undefined ? {} : { node }) };
}
