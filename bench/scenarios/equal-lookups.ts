import { startDnsServer } from '../../test/support/dns-server/dns-server';
import { PEERS } from '../contenders';
import { askAtOnce } from '../load';
import type { Scenario } from '../scenario';

const SERVER = '127.0.0.3';
const LOOKUPS = 100;

export const equalLookups: Scenario = {
  title: '100 equal lookups at once',
  shows: 'A burst of requests to one host: who asks once for all, and who a hundred times.',
  server: 'none',
  resolvConf: `nameserver ${SERVER}`,
  contenders: ['dns-lookup', 'dns-lookup-4', 'dns-resolve4', ...PEERS, 'lookup4', 'lookup'],
  quickContenders: ['dns-lookup-4', 'lookup4'],
  quickRounds: 1,
  metrics: ['all', 'packets'],
  note: 'The server answers after 20 ms.',
  async measure(lookup, { unique }) {
    const server = await startDnsServer({ address: SERVER, directives: 'delay-20.ttl-60' });
    const name = `u-${unique}.test`;
    const { numbers, failed } = await askAtOnce(lookup, Array<string>(LOOKUPS).fill(name));
    const packets = server.queries.length / LOOKUPS;
    return { numbers: { all: numbers['max'] ?? Number.NaN, packets }, ...(failed && { failed }) };
  },
};
