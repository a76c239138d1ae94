import { isDockerFallback } from '../facts/environment';
import { worstCase } from '../facts/resolver-config';
import { lacksNameserver, type System } from '../facts/system';
import type { Target } from '../probing/target';
import { type Check, checkOf, type Finding, skipped } from './check';

/** Names asked for in vain before the one that answers: from here on it is worth a change. */
const TOO_MANY_IN_VAIN = 3;

function serverRemarks(system: System): Finding[] {
  const { config } = system;
  if (lacksNameserver(system)) {
    return [
      {
        status: 'fail',
        message: `resolv.conf ${system.resolvConf === undefined ? 'does not exist' : 'names no nameserver'}: libc asks 127.0.0.1, where hardly anybody listens`,
        meaning:
          'Lookups fail with EAI_AGAIN. A container made on such a host gets public servers from Docker, which an isolated network cannot reach: there lookups hang instead.',
        remedies: ['docker-dns', 'nameservers'],
      },
    ];
  }
  const invalid: Finding[] = config.invalid.map((text) => ({
    status: 'warn',
    message: `resolv.conf has "nameserver ${text}", which is no address: libc skips it`,
    remedies: ['nameservers'],
  }));
  if (config.unasked.length === 0) return invalid;
  return [
    ...invalid,
    {
      status: 'warn',
      message: `resolv.conf names ${config.nameservers.length + config.unasked.length} nameservers; libc asks the first three, never ${config.unasked.join(', ')}`,
      remedies: ['nameservers'],
    },
  ];
}

function optionRemarks({ config, libc }: System): Finding[] {
  if (config.ignored.length === 0) return [];
  return [
    {
      status: 'warn',
      message: `options that ${libc.name} ignores: ${config.ignored.join(' ')}`,
      meaning: 'They are written in resolv.conf and do nothing.',
      remedies: ['ignored-options'],
    },
  ];
}

function searchRemarks({ config, libc }: System): Finding[] {
  const bytes = config.search.join(' ').length;
  if (libc.name !== 'musl' || bytes <= 255) return [];
  return [{ status: 'warn', message: `musl ignores a search list of ${bytes} bytes: 255 is the most` }];
}

/** What a name costs: the questions sent until one is answered. */
function targetRemark(target: Target, { config, libc }: System): Finding | undefined {
  const { host, tried, source } = target;
  if (source === 'hosts')
    return { status: 'ok', message: `${host} is in the hosts file: no packet is sent for it` };
  const names = tried.length;
  const both = names * 2;
  const worst = worstCase(config, libc, names);
  const cost = `${both} packets for ${host} (A alone: ${names}), ${worst} s at worst`;
  if (source === 'none' || names - 1 < TOO_MANY_IN_VAIN) return { status: 'ok', message: cost };
  return {
    status: 'warn',
    message: `${cost}: ndots:${config.ndots} tries ${names - 1} search domains first; ${host.replace(/\.$/, '')}. needs 2`,
    meaning: `Each name asked in vain is one more chance of a lost packet (at worst: timeout ${config.timeout} s x attempts ${config.attempts} x servers ${Math.max(1, config.nameservers.length)} x names ${names}).`,
    remedies: ['trailing-dot', 'dns-config-ndots'],
  };
}

/** /etc/resolv.conf: the servers, the options, and what they make of each host. */
export function checkResolvConf(system: System, targets: readonly Target[]): Check {
  const title = 'resolv.conf';
  const { config } = system;
  if (system.platform === 'win32' || system.platform === 'darwin') {
    return skipped('resolv-conf', title, `${system.platform} resolves without resolv.conf`);
  }
  const remarks = [
    ...serverRemarks(system),
    ...optionRemarks(system),
    ...searchRemarks(system),
    ...targets.flatMap((target) => targetRemark(target, system) ?? []),
  ];
  const { nameservers, search, ndots, timeout, attempts } = config;
  const usual = `${nameservers.join(', ')}; ndots:${ndots} timeout:${timeout} attempts:${attempts}, ${search.length} search domains`;
  const evidence = [
    `nameservers: ${nameservers.join(', ') || 'none'}`,
    `search: ${search.join(' ') || 'none'}`,
    `options: ${config.options.join(' ') || 'none'}`,
  ];
  const docker = isDockerFallback(system) ? (['docker-dns'] as const) : [];
  const check = checkOf('resolv-conf', title, usual, evidence, remarks);
  return { ...check, remedies: [...check.remedies, ...docker] };
}
