import { readFileSync } from 'node:fs';

/** Every name in the text of a hosts file, in lower case (hosts(5)). */
export function namesIn(hosts: string): Set<string> {
  const names = new Set<string>();
  for (const line of hosts.split('\n')) {
    const [, ...fields] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/);
    for (const name of fields) names.add(name);
  }
  return names;
}

/** The names of this host's hosts file; none where it cannot be read. */
export function readHostsFile(): Set<string> {
  try {
    return namesIn(readFileSync('/etc/hosts', 'utf8'));
  } catch {
    return new Set();
  }
}
