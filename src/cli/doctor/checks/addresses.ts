import { type System, statements } from '../facts/system';
import type { Finding } from '../verdicts/finding';
import { type Check, checkOf } from './check';

function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address);
}

function familyFindings(v4: number, v6: number, linkLocal: number): Finding[] {
  if (v4 + v6 + linkLocal === 0) {
    return [
      {
        status: 'advice',
        message: 'this host has loopback addresses only: an IPv4 lookup with AI_ADDRCONFIG finds no name',
        meaning:
          'glibc answers AF_INET with AI_ADDRCONFIG here with ENOTFOUND for every name, localhost included, while AF_UNSPEC works. addrinfo asks again without the flag; programs that pass { family: 4, hints: ADDRCONFIG } themselves fail.',
      },
    ];
  }
  if (v4 === 0) {
    return [
      {
        status: 'advice',
        message: 'this host has no IPv4 address: families "ipv4-only" is wrong here',
        meaning:
          'IPv4 addresses cannot be reached from here, and with AI_ADDRCONFIG they are not even asked for.',
      },
    ];
  }
  if (v6 > 0) return [];
  return [
    linkLocal > 0
      ? {
          status: 'ok',
          message:
            'IPv6 is link-local only (fe80::): AI_ADDRCONFIG counts it, so AAAA is asked for without any use',
        }
      : {
          status: 'ok',
          message:
            'no IPv6 address: with AI_ADDRCONFIG (http, net.connect) no AAAA is asked for; dns.lookup alone still does',
        },
  ];
}

/** The host's own addresses: what AI_ADDRCONFIG makes of them, and gai.conf of the order. */
export function checkAddresses({ addresses, gaiConf, platform }: System): Check {
  const outer = addresses.filter(({ internal }) => !internal);
  const v4 = outer.filter(({ family }) => family === 'IPv4');
  const linkLocal = outer.filter(({ address }) => isLinkLocal(address));
  const v6 = outer.filter(({ family, address }) => family === 'IPv6' && !isLinkLocal(address));
  const findings = platform === 'win32' ? [] : familyFindings(v4.length, v6.length, linkLocal.length);
  const order = statements(gaiConf);
  if (order.length > 0) {
    findings.push({ status: 'ok', message: `gai.conf changes the order of addresses: ${order.join('; ')}` });
  }
  const usual = `${v4.length} IPv4, ${v6.length} IPv6, ${linkLocal.length} link-local`;
  const evidence = outer.map(({ address }) => address);
  return checkOf('addresses', 'addresses', usual, [evidence.join(', ') || 'none but loopback'], findings);
}
