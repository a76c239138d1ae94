import { atLeast } from '../facts/libc';
import { hostSources, type System } from '../facts/system';
import type { Finding } from '../verdicts/finding';
import { type CausedFinding, type Check, checkOf, skipped } from './check';

const NSCD_SOCKETS = ['/run/nscd/socket', '/var/run/nscd/socket'];

/** Sources beside the DNS, and who it is that answers then. */
const ANSWERERS: Readonly<Record<string, string>> = {
  resolve: 'systemd-resolved',
  mdns: 'avahi (multicast DNS)',
  mdns4: 'avahi (multicast DNS)',
  mdns6: 'avahi (multicast DNS)',
  mdns_minimal: 'avahi (multicast DNS), for .local',
  mdns4_minimal: 'avahi (multicast DNS), for .local',
  mdns6_minimal: 'avahi (multicast DNS), for .local',
  myhostname: "systemd, for this machine's own name",
};

function sourcesFindings(system: System): CausedFinding[] {
  const sources = hostSources(system);
  if (!sources.includes('dns') && !sources.includes('resolve')) {
    return [
      {
        id: 'nsswitch-without-dns',
        status: 'fail',
        message: `nsswitch.conf has "hosts: ${sources.join(' ')}": no DNS server is ever asked`,
        meaning: 'getaddrinfo finds only what these sources know; every other name is ENOTFOUND at once.',
        remedies: ['nsswitch'],
      },
    ];
  }
  return sources.flatMap((source) => {
    const who = ANSWERERS[source];
    if (who === undefined) return [];
    return [
      { status: 'ok', message: `nsswitch lists ${source}: ${who}; per-resolver options do not reach it` },
    ];
  });
}

function environmentFindings({ env }: System): Finding[] {
  return ['RES_OPTIONS', 'LOCALDOMAIN'].flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [{ status: 'ok', message: `${name}=${value} is set for this process` }];
  });
}

function reach(system: System): string {
  if (!system.takesNameservers) return 'are not supported';
  return hostSources(system).includes('resolve') ? 'do not reach systemd-resolved' : 'take effect';
}

/** The C library, where it looks, and whether options given to a Resolver take effect. */
export function checkLibc(system: System): Check {
  const { libc } = system;
  const name = `${libc.name === 'other' ? system.platform : libc.name} ${libc.version ?? ''}`.trim();
  const title = 'libc';
  if (libc.name === 'other') {
    return skipped('libc', title, `${name}: resolv.conf's options per resolver take effect with glibc only`);
  }
  if (libc.name === 'musl') {
    const twelve = atLeast(libc.version, '1.2.4')
      ? 'retries over TCP'
      : 'before 1.2.4: no retry over TCP for long answers';
    return checkOf(
      'libc',
      title,
      `${name}; options per resolver are not supported`,
      [twelve],
      [
        {
          status: 'ok',
          message: 'musl asks all nameservers at once and gives up after 5 s; it reads no nsswitch.conf',
        },
      ],
    );
  }
  const findings = [...sourcesFindings(system), ...environmentFindings(system)];
  if (NSCD_SOCKETS.some(system.has)) {
    findings.push({
      status: 'ok',
      message: 'nscd runs: it may answer in place of this process, with its own settings and memory',
    });
  }
  if (!atLeast(libc.version, '2.36')) {
    findings.push({ status: 'ok', message: 'options no-aaaa needs glibc 2.36' });
  }
  const usual = `${name}; hosts: ${hostSources(system).join(' ')}; options per resolver ${reach(system)}`;
  return checkOf('libc', title, usual, [], findings);
}
