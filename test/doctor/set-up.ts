import type { EtcFile } from '../support/sandbox/etc-files';

/** A place with something wrong in it, or with nothing. */
export interface SetUp {
  readonly name: string;
  /** The true cause, as the report names it; several where each is right. null: healthy, the exit code must be 0. */
  readonly cause: string | readonly string[] | null;
  readonly args: readonly string[];
  readonly etc?: Readonly<Partial<Record<EtcFile, string>>>;
  readonly resolvConfMode?: number;
  /** Scripted servers, by address: directives (test/support). */
  readonly servers?: Readonly<Record<string, string>>;
  /** Servers of special-server.ts, by address: their kind. */
  readonly special?: Readonly<Record<string, string>>;
  /** Run first. */
  readonly shell?: string;
  /** A real server, with its arguments. */
  readonly daemon?: readonly string[];
  /** What shows that it takes questions: its address (127.0.0.2), or a file that is there then. */
  readonly ready?: string;
  /** Files without which it is left out, as of servers that are not installed. */
  readonly needs?: readonly string[];
  /** The daemon asks servers that resolv.conf does not name. */
  readonly forwards?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly loopbackOnly?: boolean;
  readonly ipv6?: boolean;
  /** What the sentence must say. */
  readonly says?: string;
  /** Looks like a container that Docker made. Otherwise like none, whatever this runs in. */
  readonly docker?: boolean;
  /** The doctor runs without root's right to read every file. */
  readonly unprivileged?: boolean;
  /** What the set-up is after a remedy that is for the servers has been carried out. */
  readonly mended?: Partial<SetUp>;
  /** Causes that may be left when the one above is gone. */
  readonly remains?: readonly string[];
}

/** The addresses that resolv.conf names in this set-up. */
export function nameserversOf({ etc }: SetUp): readonly string[] {
  const text = etc?.['resolv.conf'] ?? 'nameserver 127.0.0.1';
  return [...text.matchAll(/^nameserver\s+(\S+)/gm)].flatMap(([, address]) => address ?? []);
}

/** So many search domains, none of which knows a name. */
export function searchDomains(count: number): string {
  return Array.from({ length: count }, (_, at) => `d${at}.nxdomain.test`).join(' ');
}

/** Commands that drop what comes to port 53. */
export function dropPort53(protocol: 'udp' | 'tcp'): string {
  return [
    'nft add table ip doctor',
    'nft add chain ip doctor in "{ type filter hook input priority 0; }"',
    `nft add rule ip doctor in ${protocol} dport 53 drop`,
  ].join('; ');
}
