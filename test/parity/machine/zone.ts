import { qualified } from './names';
import type { Host, Reply, Setup } from './setup';

/** What a name leads to, and the addresses that it has. */
export interface Entry {
  readonly host: Host;
  readonly a: readonly string[];
  readonly aaaa: readonly string[];
}

/** The names of a set-up: `*.domain` for a wildcard. All in lower case, without a final dot. */
export type Zone = ReadonlyMap<string, Entry>;

/** Every place has addresses of its own: they tell where an answer comes from. */
function entry(host: Host, place: number): Entry {
  return { host, a: [`10.${place}.0.1`, `10.${place}.0.2`], aaaa: [`fd${place}::1`] };
}

export function zoneOf(setup: Setup): Zone {
  const zone = new Map<string, Entry>();
  const name = setup.name.toLowerCase().replace(/\.$/, '');
  for (const [i, { domain, host, wildcard }] of setup.search.entries()) {
    if (wildcard !== undefined && domain !== '.') zone.set(`*.${domain}`, entry(wildcard, 30 + i));
    if (host !== undefined) zone.set(qualified(name, domain), entry(host, 20 + i));
  }
  if (setup.absolute !== undefined) zone.set(name, entry(setup.absolute, 10));
  return zone;
}

/** What stands at a name: its own entry, or the wildcard of the closest domain that has one. */
export function entryAt(zone: Zone, name: string): Entry | undefined {
  const own = zone.get(name);
  if (own !== undefined) return own;
  const labels = name.split('.');
  for (let i = 1; i < labels.length; i += 1) {
    const wildcard = zone.get(`*.${labels.slice(i).join('.')}`);
    if (wildcard !== undefined) return wildcard;
  }
  return undefined;
}

export function replyFor({ host }: Entry, type: string): Reply {
  const nothing: Reply = { kind: 'nodata', delay: 0, first: undefined };
  if (type === 'A') return host.a;
  return type === 'AAAA' ? host.aaaa : nothing;
}
