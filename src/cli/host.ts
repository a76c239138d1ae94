import { isIP } from 'node:net';
import { printable } from '../shared/printable';
import { UsageError } from './usage';

/** A name to be probed; an address, which nobody has to ask for, is refused. */
export function checkedHost(host: string): string {
  if (host === '' || host.length > 253) throw new UsageError(`not a host name: '${printable(host)}'`);
  if (isIP(host) !== 0) throw new UsageError(`${host} is an address: there is nothing to look up`);
  return host;
}
