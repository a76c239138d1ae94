import { worstCase } from '../facts/resolver-config';
import { lacksNameserver, type System } from '../facts/system';
import { foundAt, type HostEvidence } from '../probing/evidence';
import type { Finding } from '../verdicts/finding';
import { type CausedFinding, type Check, checkOf, skipped } from './check';

/** Names asked for in vain before the one that answers: from here on it is worth a change. */
const TOO_MANY_IN_VAIN = 3;

function fileFindings({ resolvConf, resolvConfError }: System): CausedFinding[] {
  if (resolvConfError !== undefined) {
    return [
      {
        id: 'resolv-conf-unreadable',
        status: 'fail',
        message: `/etc/resolv.conf cannot be read by this user (${resolvConfError}): libc asks 127.0.0.1 instead`,
        meaning: 'The file is there. libc does not say that it could not read it.',
        remedies: ['resolv-conf-readable'],
      },
    ];
  }
  const lines = (resolvConf ?? '').split('\n').filter((line) => line.endsWith('\r'));
  if (lines.length === 0) return [];
  const searches = lines.some((line) => /^(?:search|domain)\b/.test(line));
  return [
    {
      id: 'resolv-conf-crlf',
      status: searches ? 'fail' : 'warn',
      message: searches
        ? '/etc/resolv.conf has Windows line ends (CRLF): the last search domain ends in a carriage return, and no name is found in it'
        : '/etc/resolv.conf has Windows line ends (CRLF)',
      meaning: 'libc takes the carriage return as a part of the last word of a line.',
      remedies: ['resolv-conf-crlf'],
    },
  ];
}

function serverFindings(system: System): CausedFinding[] {
  const { config } = system;
  if (lacksNameserver(system)) {
    const what = system.resolvConf === undefined ? 'does not exist' : 'names no nameserver';
    return [
      {
        id: 'no-nameserver',
        status: 'fail',
        message: `resolv.conf ${what}: libc asks 127.0.0.1, where hardly anybody listens`,
        meaning:
          'Lookups fail with EAI_AGAIN. A container made on such a host gets public servers from Docker, which an isolated network cannot reach: there lookups hang instead.',
        remedies: ['nameservers'],
      },
    ];
  }
  const invalid = config.invalid.map(
    (text): CausedFinding => ({
      id: 'invalid-nameserver',
      status: 'warn',
      message: `resolv.conf has "nameserver ${text}", which is no address: libc skips it`,
      remedies: ['nameservers'],
    }),
  );
  if (config.unasked.length === 0) return invalid;
  const named = config.nameservers.length + config.unasked.length;
  return [
    ...invalid,
    {
      status: 'advice',
      message: `resolv.conf names ${named} nameservers; libc asks the first three, never ${config.unasked.join(', ')}`,
    },
  ];
}

function optionFindings({ config, libc }: System): Finding[] {
  if (config.ignored.length === 0) return [];
  return [
    {
      status: 'advice',
      message: `options that ${libc.name} ignores: ${config.ignored.join(' ')}`,
      meaning: 'They are written in resolv.conf and do nothing.',
    },
  ];
}

function searchFindings({ config, libc }: System): Finding[] {
  const bytes = config.search.join(' ').length;
  if (libc.name !== 'musl' || bytes <= 255) return [];
  return [{ status: 'advice', message: `musl ignores a search list of ${bytes} bytes: 255 is the most` }];
}

/** What a name costs: the questions sent until one is answered. */
function hostFinding(host: HostEvidence, { config, libc }: System): Finding {
  const { source, candidates } = host;
  if (source === 'hosts') {
    return { status: 'ok', message: `${host.host} is in the hosts file: no packet is sent for it` };
  }
  const found = foundAt(host);
  const names = found === -1 ? candidates.length : found + 1;
  const worst = worstCase(config, libc, names);
  const cost = `${names * 2} questions for ${host.host} (A alone: ${names}), ${worst} s at worst`;
  if (found === -1 || names - 1 < TOO_MANY_IN_VAIN) return { status: 'ok', message: cost };
  return {
    status: 'advice',
    message: `${cost}: ndots:${config.ndots} tries ${names - 1} search domains first; ${host.host.replace(/\.$/, '')}. needs 2`,
    meaning: `Each name asked in vain is one more chance of a lost packet (at worst: timeout ${config.timeout} s x attempts ${config.attempts} x servers ${Math.max(1, config.nameservers.length)} x names ${names}).`,
  };
}

/** /etc/resolv.conf: the servers, the options, and what they make of each host. */
export function checkResolvConf(system: System, hosts: readonly HostEvidence[]): Check {
  const title = 'resolv.conf';
  const { config } = system;
  if (system.platform === 'win32' || system.platform === 'darwin') {
    return skipped('resolv-conf', title, `${system.platform} resolves without resolv.conf`);
  }
  const findings = [
    ...fileFindings(system),
    ...(system.resolvConfError === undefined ? serverFindings(system) : []),
    ...optionFindings(system),
    ...searchFindings(system),
    ...hosts.map((host) => hostFinding(host, system)),
  ];
  const { nameservers, search, ndots, timeout, attempts } = config;
  const usual = `${nameservers.join(', ')}; ndots:${ndots} timeout:${timeout} attempts:${attempts}, ${search.length} search domains`;
  const evidence = [
    `nameservers: ${nameservers.join(', ') || 'none'}`,
    `search: ${search.join(' ') || 'none'}`,
    `options: ${config.options.join(' ') || 'none'}`,
  ];
  return checkOf('resolv-conf', title, usual, evidence, findings);
}
