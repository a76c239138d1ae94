// A process of its own, in a sandbox with a module in place: compare.ts NSSWITCH. Prints, as JSON, the names looked
// up and in which ways ours was not as the system.
import { isIPv4 } from 'node:net';
import { uniqueName } from '../../support/dns-server/query-log';
import { writeEtc, writeHosts, writeResolvConf } from '../../support/sandbox/etc-files';
import { EVERY_FAMILIES, look, systemAnswer } from '../answers/look';

/** What each name does at the DNS server. */
const DIRECTIVES = [
  'a-10-1-2-3',
  'aaaa-fd00--1',
  'aaaa-fd00--1.delay-aaaa-150',
  'a-10-1-2-3.aaaa-fd00--1',
  'nodata',
  'nxdomain',
  'servfail',
  'aaaa-fd00--1.cname-2',
];

const FIXED = ['sandbox', 'localhost', 'web.localhost', 'hosts-six', 'hosts-four', '123456789012', 'no-such'];

const HOSTS = 'fd05::5 hosts-six\n10.5.5.5 hosts-four\n10.5.5.6 123456789012\n';

type Families = (typeof EVERY_FAMILIES)[number];

function isAsSystem(families: Families, system: readonly string[], ours: readonly string[]): boolean {
  const wanted = families === 'ipv4-first' && system.some(isIPv4) ? system.filter(isIPv4) : system;
  const isWhole = wanted.every((address) => ours.includes(address));
  return isWhole && ours.every((address) => system.includes(address));
}

async function compare(): Promise<void> {
  writeEtc('nsswitch.conf', `hosts: ${process.argv[2]}`);
  writeHosts(HOSTS);
  writeResolvConf('nameserver 127.0.0.1\nsearch a-10-66-6-6.test');
  const wrong: string[] = [];
  let found = 0;
  const comparing = [...DIRECTIVES, ...FIXED].map(async (directives) => {
    // A daemon remembers: everybody asks for a name of its own.
    const name = () => (FIXED.includes(directives) ? directives : uniqueName(directives));
    const system = await systemAnswer(name());
    for (const families of EVERY_FAMILIES) {
      const { addresses, code } = await look({ families }, name());
      const ours = code === undefined ? addresses : [code];
      if (code === undefined) found += 1;
      if (!isAsSystem(families, system, ours)) {
        wrong.push(`${directives}, ${families}: ${ours.join(' ')} instead of ${system.join(' ')}`);
      }
    }
  });
  await Promise.all(comparing);
  console.log(JSON.stringify({ found, wrong }));
}

compare();
