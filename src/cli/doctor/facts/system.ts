import { existsSync, readFileSync } from 'node:fs';
import { hostname, type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { Resolver } from '../../../index';
import { type Libc, libcOfThisProcess } from './libc';
import { type ResolverConfig, resolverConfig } from './resolver-config';

/** What this machine's files and environment say about resolving names; nothing is asked over the network. */
export interface System {
  readonly platform: NodeJS.Platform;
  readonly libc: Libc;
  /** Whether a Resolver can be given nameservers of its own. */
  readonly takesNameservers: boolean;
  /** undefined: there is no such file. */
  readonly resolvConf: string | undefined;
  /** Why resolv.conf cannot be read, where it is there. */
  readonly resolvConfError: string | undefined;
  readonly nsswitch: string | undefined;
  readonly hosts: string;
  readonly gaiConf: string;
  readonly config: ResolverConfig;
  readonly env: NodeJS.ProcessEnv;
  /** /proc/version: names the kernel, and WSL. */
  readonly kernel: string;
  readonly addresses: readonly NetworkInterfaceInfo[];
  /** Whether a file is there. */
  readonly has: (path: string) => boolean;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Why a file that is there cannot be read: EACCES and the like. */
function errorOf(path: string): string | undefined {
  try {
    readFileSync(path);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'ERROR';
    return code === 'ENOENT' ? undefined : code;
  }
}

/** Reads it all, once. */
export function readSystem(): System {
  const libc = libcOfThisProcess();
  const resolvConf = textOf('/etc/resolv.conf');
  const { env } = process;
  return {
    platform: process.platform,
    libc,
    takesNameservers: Resolver.supports('nameservers'),
    resolvConf,
    resolvConfError: errorOf('/etc/resolv.conf'),
    nsswitch: textOf('/etc/nsswitch.conf'),
    hosts: textOf('/etc/hosts') ?? '',
    gaiConf: textOf('/etc/gai.conf') ?? '',
    config: resolverConfig({
      text: resolvConf ?? '',
      libc,
      hostname: hostname(),
      resOptions: env['RES_OPTIONS'],
      localDomain: env['LOCALDOMAIN'],
    }),
    env,
    kernel: textOf('/proc/version') ?? '',
    addresses: Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []),
    has: existsSync,
  };
}

/** The lines of a configuration file that say something. */
export function statements(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

/** The sources of host names, in order: `files`, `dns` ..., actions in brackets left out. musl has these two only. */
export function hostSources({ libc, nsswitch }: Pick<System, 'libc' | 'nsswitch'>): readonly string[] {
  if (libc.name !== 'glibc') return ['files', 'dns'];
  const line = statements(nsswitch ?? '').find((statement) => /^hosts\s*:/.test(statement));
  if (line === undefined) return ['files', 'dns'];
  return line
    .replace(/^hosts\s*:/, '')
    .replace(/\[[^\]]*\]/g, ' ')
    .trim()
    .split(/\s+/);
}

/** Whether the hosts file has a host, and libc looks there before it asks anybody. */
export function isAnsweredByHosts(host: string, system: System): boolean {
  const sources = hostSources(system);
  const files = sources.indexOf('files');
  const isFirst = ['dns', 'resolve'].every((source) => !sources.slice(0, files).includes(source));
  return files !== -1 && isFirst && isInHosts(host, system.hosts);
}

/** Whether libc would fall back to a server on this machine that resolv.conf does not name. */
export function lacksNameserver({ config, platform, ...system }: System): boolean {
  const asksDns = platform === 'linux' && hostSources(system).includes('dns');
  return asksDns && config.nameservers.length === 0;
}

/** Whether the hosts file itself answers for this name: then no packet is sent. */
export function isInHosts(name: string, hosts: string): boolean {
  return addressesInHosts(name, hosts).length > 0;
}

/** The addresses that the hosts file gives a name. */
export function addressesInHosts(name: string, hosts: string): string[] {
  const wanted = name.toLowerCase();
  return statements(hosts).flatMap((line) => {
    const [address = '', ...aliases] = line.split(/\s+/);
    return aliases.some((alias) => alias.toLowerCase() === wanted) ? [address] : [];
  });
}
