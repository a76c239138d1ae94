import { nameInHosts, numbered } from './names';
import type { HostsLine, Setup } from './setup';

/** Where the nameservers of all set-ups listen. */
export const NAMESERVERS = ['10.78.0.1', '10.78.0.2', '10.78.0.3'] as const;

/** The same ones, for hosts without an IPv4 address. */
export const IPV6_NAMESERVERS = ['fd78::1', 'fd78::2', 'fd78::3'] as const;

/** The files that decide how the name is resolved. */
export interface Etc {
  readonly 'resolv.conf': string;
  readonly hosts: string;
  readonly 'nsswitch.conf': string;
}

function hostsLine({ address, name, alias }: HostsLine, asked: (which: HostsLine['name']) => string): string {
  return [address, ...(alias ? ['first-name.test'] : []), asked(name)].join(' ');
}

/** The text of these files. With `number`, names have it in them (names.ts). */
export function etcOf(setup: Setup, number?: number): Etc {
  const { ipv6Host, search, ndots, options, attempts, nameservers, nsswitch, hosts } = setup;
  const written = (name: string) => (number === undefined ? name : numbered(name, number));
  const resolvConf = [
    ...nameservers.map((_, i) => `nameserver ${(ipv6Host ? IPV6_NAMESERVERS : NAMESERVERS)[i]}`),
    ...(search.length > 0 ? [`search ${search.map(({ domain }) => domain).join(' ')}`] : []),
    ['options', `ndots:${ndots}`, 'timeout:1', `attempts:${attempts}`, ...options].join(' '),
  ];
  return {
    'resolv.conf': `${resolvConf.join('\n')}\n`,
    hosts: hosts
      .map((line) => `${hostsLine(line, (which) => written(nameInHosts(which, setup)))}\n`)
      .join(''),
    'nsswitch.conf': `hosts: ${nsswitch}\n`,
  };
}
