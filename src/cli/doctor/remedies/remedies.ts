import {
  OPTIONS,
  type Option,
  type OptionFix,
  optionsPaste,
  type Piece,
  type Runtime,
} from './option-remedies';

/** Every remedy the report can offer; docs/doctor.md lists them. */
export type RemedyId = Fix | OptionFix;

type Fix =
  | 'lookup4'
  | 'register'
  | 'hedge'
  | 'deadline'
  | 'cache'
  | 'resolv-nameservers'
  | 'ipv6'
  | 'trailing-dot'
  | 'nameservers'
  | 'consistent-nameservers'
  | 'nodelocal'
  | 'server-nodata'
  | 'nsswitch'
  | 'docker-dns'
  | 'ignored-options';

type Filled = 'nameservers' | 'resolv-nameservers' | 'trailing-dot';

/** What the examination has found that goes into a remedy. */
export interface AdviceContext {
  readonly runtime: Runtime;
  /** The nameservers that answer, as far as they were asked one by one. */
  readonly answering: readonly string[];
  readonly search: readonly string[];
  /** The names, with the dot at their end, that come late in libc's list. */
  readonly fullyQualified: readonly string[];
}

/** A {@link Piece}, and what it is worth. */
export interface Remedy extends Piece {
  readonly ids: readonly RemedyId[];
  readonly fixes: string;
  readonly doesNotFix: string;
}

/** Where the examination does not know what goes here. */
const ADDRESS = 'ADDRESS';

const FIXES: Readonly<Record<Exclude<Fix, Filled>, Omit<Remedy, 'ids'>>> = {
  lookup4: {
    title: 'In the code: ask for IPv4 only',
    language: 'js',
    paste: `const { lookup } = require('addrinfo'); // AAAA only where a name has no A record
http.get('http://HOST/', { lookup }, onResponse); // or new http.Agent({ lookup })
fetch('http://HOST/', { dispatcher: new undici.Agent({ connect: { lookup } }) });`,
    fixes: 'no AAAA question goes out, so that none can be lost, late or wrongly answered',
    doesNotFix: 'programs that do not go through it; a nameserver that is dead',
  },
  register: {
    title: 'Without touching the code',
    language: 'sh',
    paste: 'NODE_OPTIONS="--import addrinfo/register" node app.js',
    fixes: 'the same for every dns.lookup of a Node process: http, https, fetch, database drivers',
    doesNotFix: 'other programs in the image, and addons that resolve by themselves',
  },
  hedge: {
    title: 'In the code: a second attempt after 300 ms',
    language: 'js',
    paste: `const { Resolver } = require('addrinfo');
const { lookup } = new Resolver({ hedge: 300 }); // 300 is the default`,
    fixes: 'a lost packet costs 0.3 s instead of 5: another thread asks again from another port',
    doesNotFix: 'a dead first nameserver, which the second attempt asks first too',
  },
  deadline: {
    title: 'In the code: an end to waiting',
    language: 'js',
    paste: `const { Resolver } = require('addrinfo');
const { lookup } = new Resolver({ timeout: 2000 });`,
    fixes: 'a lookup that gets no answer fails after 2 s, and holds up no other',
    doesNotFix: 'the missing answer',
  },
  cache: {
    title: 'In the code: keep answers for some seconds',
    language: 'js',
    paste: `const { Resolver } = require('addrinfo');
const { lookup } = new Resolver({ cache: { ttl: 5000, staleTtl: 60_000 } });`,
    fixes: 'only the first lookup of a name waits',
    doesNotFix: 'that first one; and for so long an address that has moved is still used',
  },
  ipv6: {
    title: 'In the code: do not insist on IPv4',
    language: 'js',
    paste: `const { Resolver } = require('addrinfo');
const { lookup } = new Resolver({ families: 'dual' }); // or 'ipv4-first', the default`,
    fixes: 'names get the addresses that this host can reach',
    doesNotFix: 'servers that have IPv4 addresses only: they need NAT64 with DNS64',
  },
  'consistent-nameservers': {
    title: 'Let all nameservers know the same names',
    language: 'text',
    paste: 'Restart or reload the daemon that is named above, or take its line out of resolv.conf',
    fixes: 'addresses that change with the server that happens to be asked',
    doesNotFix: 'names that are meant to differ: then give the client one server only',
  },
  nodelocal: {
    title: 'NodeLocal DNSCache, for the whole cluster',
    language: 'sh',
    paste: `# kubernetes.io/docs/tasks/administer-cluster/nodelocaldns
kubectl apply -f nodelocaldns.yaml`,
    fixes: 'queries stay on the node and skip conntrack and DNAT; misses go to the cluster over TCP',
    doesNotFix: 'AAAA that the upstream server itself does not answer; the search list',
  },
  'server-nodata': {
    title: 'On the DNS server: an empty answer instead of an error (CoreDNS)',
    language: 'text',
    paste: `template IN AAAA {
    rcode NOERROR
}`,
    fixes: 'every client at once, Alpine included',
    doesNotFix: 'names that have IPv6 addresses: they lose them; so narrow it to the zone in question',
  },
  nsswitch: {
    title: '/etc/nsswitch.conf: ask the DNS',
    language: 'text',
    paste: 'hosts: files dns',
    fixes: 'getaddrinfo asks the nameservers of resolv.conf',
    doesNotFix: 'anything on musl, which does not read this file',
  },
  'docker-dns': {
    title: 'Docker: a nameserver that the container can reach',
    language: 'sh',
    paste: dockerDns([ADDRESS]),
    fixes: 'containers no longer get public servers, or none',
    doesNotFix: 'a network that lets no DNS packet out',
  },
  'ignored-options': {
    title: 'Set the options where they take effect',
    language: 'js',
    paste: `// A alone, hedged: what single-request and no-aaaa are meant for.
const { lookup } = require('addrinfo');`,
    fixes: 'the faults those options are there for, on any libc',
    doesNotFix: 'other programs in the image',
  },
};

function dockerDns(addresses: readonly string[]): string {
  const flags = addresses.map((address) => `--dns ${address}`).join(' ');
  return `docker run ${flags} ...
# or in /etc/docker/daemon.json: ${JSON.stringify({ dns: addresses })}`;
}

function podDns(addresses: readonly string[], search: readonly string[]): string {
  const list = (words: readonly string[]): string => words.map((word) => `\n      - ${word}`).join('');
  const searches = search.length === 0 ? '' : `\n    searches:${list(search)}`;
  return `spec:\n  dnsPolicy: None\n  dnsConfig:\n    nameservers:${list(addresses)}${searches}`;
}

/** How nameservers are named in each place. */
function nameserversPaste(
  runtime: Runtime,
  addresses: readonly string[],
  search: readonly string[],
): Pick<Remedy, 'language' | 'paste'> {
  if (runtime === 'pod') return { language: 'yaml', paste: podDns(addresses, search) };
  if (runtime === 'docker') return { language: 'sh', paste: dockerDns(addresses) };
  const lines = addresses.map((address) => `nameserver ${address}`);
  return { language: 'text', paste: ['# /etc/resolv.conf, or what writes it', ...lines].join('\n') };
}

/** The fixes that name what the examination has found. */
const FILLED: Readonly<Record<Filled, (setting: AdviceContext) => Omit<Remedy, 'ids'>>> = {
  nameservers: ({ runtime, answering, search }) => ({
    title: 'Name servers that answer, and those only',
    ...nameserversPaste(runtime, answering.length === 0 ? [ADDRESS] : answering, search),
    fixes: 'the wait for a server that does not answer',
    doesNotFix: 'a firewall or network policy that drops port 53 (kubectl get networkpolicy)',
  }),
  'resolv-nameservers': ({ answering }) => {
    const addresses = (answering.length === 0 ? [ADDRESS] : answering).map((address) => `'${address}'`);
    return {
      title: 'In the code: ask the server that answers',
      language: 'js',
      paste: `const { Resolver } = require('addrinfo');
const { lookup } = new Resolver({ resolv: { nameservers: [${addresses.join(', ')}] } });`,
      fixes: 'the wait, without touching resolv.conf (glibc)',
      doesNotFix: 'other programs; musl, where the option is an error',
    };
  },
  'trailing-dot': ({ fullyQualified }) => ({
    title: 'Write the name in full, with a dot at its end',
    language: 'text',
    paste: fullyQualified.length === 0 ? 'HOST.' : fullyQualified.join('\n'),
    fixes: 'the search list is not tried: one question a family',
    doesNotFix:
      'short names of services, which need the search list; some TLS servers refuse a name with the dot',
  }),
};

const isFilled = (id: Fix): id is Filled => id in FILLED;

const isOption = (id: RemedyId): id is OptionFix => id in OPTIONS;

/** What to paste for these remedies, in their order; what is the same, and resolver options, become one piece. */
export function remediesFor(ids: readonly RemedyId[], setting: AdviceContext): Remedy[] {
  const wanted = [...new Set(ids)];
  const optionIds = wanted.filter(isOption);
  const options = optionIds.flatMap((id) => OPTIONS[id]);
  const each = (say: (option: Option) => string): string =>
    options.map((option) => `${option.name}: ${say(option)}`).join('; ');
  const merged: Remedy = {
    ids: optionIds,
    ...optionsPaste(options, setting.runtime),
    fixes: each(({ fixes }) => fixes),
    doesNotFix: each(({ doesNotFix }) => doesNotFix),
  };
  const remedies = wanted.flatMap((id): Remedy[] => {
    if (isOption(id)) return id === optionIds[0] ? [merged] : [];
    return [{ ids: [id], ...(isFilled(id) ? FILLED[id](setting) : FIXES[id]) }];
  });
  return [...new Set(remedies.map(({ paste }) => paste))].flatMap((paste): Remedy[] => {
    const [first, ...others] = remedies.filter((remedy) => remedy.paste === paste);
    if (first === undefined) return [];
    return [{ ...first, ids: [...first.ids, ...others.flatMap((other) => other.ids)] }];
  });
}
