import { startDnsServer } from '../../test/support/dns-server/dns-server';
import { askAtOnce } from '../load';
import type { Case, Scenario } from '../scenario';

const SERVER = '127.0.0.4';

const NAMES = ['redis', 'redis.default.svc.cluster.local', 'www.example.test', 'www.example.test.'];
const CASES: readonly Case[] = NAMES.map((name, value) => ({ name, value }));

export const packets: Scenario = {
  title: 'Packets a lookup sends in a pod',
  shows: 'What ndots:5 and three search domains, as Kubernetes sets them, make of one name.',
  server: 'none',
  resolvConf: [
    `nameserver ${SERVER}`,
    'search default.svc.cluster.local svc.cluster.local cluster.local',
    'options ndots:5',
  ].join('\n'),
  contenders: [
    'dns-lookup',
    'dns-lookup-4',
    'dns-resolve4',
    'cacheable-lookup',
    'lookup4',
    'lookup',
    'lookup-dual',
  ],
  quickContenders: ['dns-lookup', 'lookup4'],
  cases: CASES,
  quickRounds: 1,
  metrics: ['packets'],
  note: 'dns.resolve4 and cacheable-lookup do not use the search list: short names fail there.',
  async measure(lookup, { case: point }) {
    const server = await startDnsServer({ address: SERVER });
    const { failed } = await askAtOnce(lookup, [point.name]);
    return { numbers: { packets: server.queries.length }, ...(failed && { failed }) };
  },
};
