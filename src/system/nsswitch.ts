import { readFileSync } from 'node:fs';

/** Who answers for host names, as far as it matters to the course of a lookup. */
export type HostSources =
  /** The hosts file, then nameservers, and nothing else. */
  | 'files-dns'
  /** Nameservers, with nothing but the hosts file before them, and the hosts file or nss-myhostname after them. */
  | 'dns-then-local'
  /** Likewise, with any others after them. */
  | 'dns-then-others'
  /** Others, or in another order. */
  | 'others';

/** The sources of nsswitch.conf's `hosts` line, in order, without the actions in brackets. */
export function hostSources(nsswitch: string): readonly string[] | undefined {
  const lines = nsswitch.split('\n').map((line) => line.replace(/#.*/, '').trim());
  const hosts = lines.find((line) => /^hosts\s*:/.test(line));
  return hosts
    ?.replace(/^hosts\s*:/, '')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .split(/\s+/)
    .filter((source) => source !== '');
}

/** Modules that know the names of this host alone. */
const LOCAL = ['files', 'myhostname'];

/** What the sources mean for a lookup; undefined: there is no line, and glibc's default holds, which varies. */
export function classify(sources: readonly string[] | undefined): HostSources {
  if (sources === undefined) return 'dns-then-others';
  if (sources.length === 2 && sources[0] === 'files' && sources[1] === 'dns') return 'files-dns';
  const dns = sources.indexOf('dns');
  if (dns === -1 || sources.slice(0, dns).some((source) => source !== 'files')) return 'others';
  const areLocal = sources.slice(dns + 1).every((source) => LOCAL.includes(source));
  return areLocal ? 'dns-then-local' : 'dns-then-others';
}

/** What this host's nsswitch.conf says (nsswitch.conf(5)). */
export function readHostSources(): HostSources {
  try {
    return classify(hostSources(readFileSync('/etc/nsswitch.conf', 'utf8')));
  } catch {
    return classify(undefined);
  }
}
