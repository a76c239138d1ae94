// A process of its own in a sandbox of its own: makes every call through dns.lookup and through ours, with the
// default families, and prints those whose difference is not documented.
import { writeHosts } from '../../support/sandbox/etc-files';
import { LOOKUP_CALLS } from './calls';
import { comparing, HOSTS } from './compare';
import { isUnexplained } from './differences';

writeHosts(HOSTS);
comparing(process.execPath, 'ipv4-first', [], async (compare) => {
  const found = await compare(LOOKUP_CALLS);
  console.log(JSON.stringify({ found: found.length, unexplained: found.filter(isUnexplained) }));
});
