import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDnsServer } from '../test/support/dns-server/dns-server';

/** Where the server for throughput listens. */
export const FAST_SERVER = '127.0.0.2';

/** Answers every name below fast.test. */
export interface FastServer {
  /** For the report: which server it is. */
  readonly description: string;
  stop(): Promise<void>;
}

const ZONE = `$ORIGIN fast.test.
$TTL 300
@ SOA ns host 1 3600 900 86400 60
@ NS ns
ns A ${FAST_SERVER}
* A 10.53.0.1
* AAAA fd53::1
`;

interface Program {
  readonly command: string;
  readonly versionOption: string;
  readonly args: (config: string) => readonly string[];
  readonly config: (dir: string) => string;
}

const PROGRAMS: readonly Program[] = [
  {
    command: 'knotd',
    versionOption: '--version',
    args: (config) => ['-c', config],
    config: (dir) => `
server:
    rundir: "${dir}"
    listen: ${FAST_SERVER}@53
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "${dir}"
log:
  - target: stderr
    any: error
zone:
  - domain: fast.test
    file: "${dir}/zone"
`,
  },
  {
    command: 'nsd',
    versionOption: '-v',
    args: (config) => ['-d', '-c', config],
    config: (dir) => `
server:
    ip-address: ${FAST_SERVER}
    server-count: 1
    username: ""
    # 0: no limit. Debian's nsd answers 200 queries a second by default.
    rrl-ratelimit: 0
    chroot: ""
    zonesdir: "${dir}"
    database: ""
    pidfile: "${dir}/pid"
    xfrdfile: "${dir}/xfrd"
    zonelistfile: "${dir}/zones"
remote-control:
    control-enable: no
zone:
    name: fast.test
    zonefile: "${dir}/zone"
`,
  },
];

const SBIN = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

function versionOf({ command, versionOption }: Program): string | undefined {
  const { error, stdout, stderr } = spawnSync(command, [versionOption], { encoding: 'utf8', env: SBIN });
  if (error) return undefined;
  return /\d+\.\d+(?:\.\d+)?/.exec(`${stdout}${stderr}`)?.[0] ?? 'of unknown version';
}

async function answers(server: ChildProcess): Promise<boolean> {
  const resolver = new Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([FAST_SERVER]);
  for (let attempt = 0; attempt < 50 && server.exitCode === null; attempt += 1) {
    if (await resolver.resolve4('ready.fast.test').catch(() => false)) return true;
    await delay(50);
  }
  return false;
}

/** Starts knot or nsd; the scripted server where neither can be had. */
export async function startFastServer(): Promise<FastServer> {
  for (const program of PROGRAMS) {
    const version = versionOf(program);
    if (version === undefined) continue;
    const dir = mkdtempSync(join(tmpdir(), 'addrinfo-bench-'));
    writeFileSync(join(dir, 'zone'), ZONE);
    writeFileSync(join(dir, 'conf'), program.config(dir));
    const server = spawn(program.command, program.args(join(dir, 'conf')), { env: SBIN, stdio: 'ignore' });
    const stop = async (): Promise<void> => {
      if (server.exitCode === null && server.signalCode === null && server.kill()) await once(server, 'exit');
      rmSync(dir, { recursive: true });
    };
    if (await answers(server)) return { description: `${program.command} ${version}`, stop };
    await stop();
  }
  const server = await startDnsServer({ address: FAST_SERVER, queryLog: false });
  return {
    description: 'the scripted server (slow: neither knot nor nsd runs here)',
    stop: () => server.close(),
  };
}
