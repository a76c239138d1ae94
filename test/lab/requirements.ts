import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { enterNamespaces, toolEnvironment } from './run-in-lab';

/** The Debian package of each tool that may be missing. */
const TOOLS = {
  nft: 'nftables',
  conntrack: 'conntrack',
  dnsmasq: 'dnsmasq-base',
  ip: 'iproute2',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  taskset: 'util-linux',
  cc: 'gcc',
} as const;

/** Why this machine cannot run the lab, or undefined where it can. */
export function labObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'the lab needs Linux';
  const missing = Object.entries(TOOLS).filter(([tool]) => !onPath(tool));
  if (missing.length > 0) {
    return `missing: ${missing.map(([tool, debian]) => `${tool} (Debian: ${debian})`).join(', ')}`;
  }
  if (availableParallelism() < 2) return 'the race needs two CPUs';
  const [command = '', ...args] = [...enterNamespaces(), 'true'];
  const entered = spawnSync(command, args, { encoding: 'utf8' });
  if (entered.status !== 0) return `namespaces are not allowed here: ${entered.stderr.trim()}`;
  return undefined;
}

/**
 * Whether to skip the lab's tests; says why when it is so. Under CI nothing is skipped silently: it throws.
 */
export function skipLab(): boolean {
  const obstacle = labObstacle();
  if (obstacle === undefined) return false;
  if (process.env['CI'] === 'true') throw new Error(`the lab cannot run: ${obstacle}`);
  console.warn(`lab tests skipped: ${obstacle}`);
  return true;
}

function onPath(tool: string): boolean {
  const folders = (toolEnvironment()['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
