import { isIPv4 } from 'node:net';
import type { Case, Diagnosis } from './diagnosis';

const LOOPBACK = /^(?:127\.|::1$)/;
const LINK_LOCAL = /^fe[89ab]/i;

/** All of a host's addresses are of a family that this host has none of. A host without network is not told so. */
export function noRouteTo(
  host: string,
  addresses: readonly string[],
  { system }: Case,
): Diagnosis | undefined {
  const [first] = addresses;
  if (first === undefined || addresses.some((address) => LOOPBACK.test(address))) return undefined;
  if (addresses.some((address) => isIPv4(address) !== isIPv4(first))) return undefined;
  const outside = system.addresses.filter(({ internal, address }) => !internal && !LINK_LOCAL.test(address));
  const family = isIPv4(first) ? 'IPv4' : 'IPv6';
  const offline = family === 'IPv4' && outside.length === 0;
  if (offline || outside.some((one) => one.family === family)) return undefined;
  return {
    id: family === 'IPv4' ? 'no-ipv4-route' : 'no-ipv6-route',
    host,
    status: 'fail',
    message: `${host} has ${family} addresses only, and this host has no ${family} address: it cannot connect`,
    meaning: 'The name resolves. A connection fails with ENETUNREACH.',
    remedies: [],
  };
}
