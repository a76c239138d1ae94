import * as code from './code';
import { type FileFix, files } from './files';
import { nameservers } from './nameservers';
import { isOption, type Option, type OptionFix, optionsFor, optionsPaste } from './options';
import type { AdviceContext, RemedyText } from './remedy';

/** Every remedy the report can offer; docs/doctor.md lists them. */
export type RemedyId = CodeFix | FileFix | OptionFix | ServerFix;

type CodeFix = 'lookup4' | 'register' | 'hedge' | 'deadline' | 'cache' | 'resolv-nameservers';

type ServerFix = 'nameservers' | 'consistent-nameservers' | 'nodelocal' | 'server-nodata' | 'open-tcp';

/** What to paste, and which findings asked for it. */
export interface Remedy extends RemedyText {
  readonly ids: readonly RemedyId[];
}

const DOCTOR = 'npx addrinfo doctor HOST';

const servers: Readonly<Record<Exclude<ServerFix, 'nameservers'>, RemedyText>> = {
  'consistent-nameservers': {
    title: 'Let all nameservers know the same names',
    language: 'text',
    paste: 'Restart or reload the daemon that is named above, or take its line out of resolv.conf',
    fixes: 'addresses that change with the server that happens to be asked',
    doesNotFix: 'names that are meant to differ: then give the client one server only',
    check: DOCTOR,
  },
  nodelocal: {
    title: 'NodeLocal DNSCache, for the whole cluster',
    language: 'sh',
    paste: `# kubernetes.io/docs/tasks/administer-cluster/nodelocaldns
kubectl apply -f nodelocaldns.yaml`,
    fixes: 'queries stay on the node and skip conntrack and DNAT; misses go to the cluster over TCP',
    doesNotFix: 'AAAA that the upstream server itself does not answer; the search list',
    check: 'npx addrinfo watch --for 10m HOST',
  },
  'server-nodata': {
    title: 'On the DNS server: an empty answer instead of an error (CoreDNS)',
    language: 'text',
    paste: `template IN AAAA {
    rcode NOERROR
}`,
    fixes: 'every client at once, Alpine included',
    doesNotFix: 'names that have IPv6 addresses: they lose them; so narrow it to the zone in question',
    check: DOCTOR,
  },
  'open-tcp': {
    title: 'Let TCP through to port 53 as well',
    language: 'text',
    paste: 'In the firewall or NetworkPolicy that allows UDP 53 to the nameserver, allow TCP 53 too',
    fixes: 'answers that are too long for a UDP packet',
    doesNotFix: 'a server that does not serve TCP: replace it',
    check: DOCTOR,
  },
};

function textFor(id: Exclude<RemedyId, OptionFix>, context: AdviceContext): RemedyText[] {
  const { runtime, answering } = context;
  switch (id) {
    case 'lookup4':
      return [code.lookup4];
    case 'hedge':
      return [code.hedge];
    case 'deadline':
      return [code.deadline];
    case 'cache':
      return [code.cache];
    case 'register':
      return [code.register(runtime)];
    // Without one that answers there is nothing to name.
    case 'resolv-nameservers':
      return answering.length === 0 ? [] : [code.resolvNameservers(answering)];
    case 'nameservers':
      return [nameservers(context)];
    case 'nodelocal':
      return runtime === 'pod' ? [servers[id]] : [];
    case 'consistent-nameservers':
    case 'server-nodata':
    case 'open-tcp':
      return [servers[id]];
    default:
      return files(id, context);
  }
}

function optionsRemedy(
  ids: readonly OptionFix[],
  options: readonly Option[],
  { runtime }: AdviceContext,
): Remedy {
  const each = (say: (option: Option) => string): string =>
    options.map((option) => `${option.name}: ${say(option)}`).join('; ');
  return {
    ids,
    ...optionsPaste(options, runtime),
    fixes: each(({ fixes }) => fixes),
    doesNotFix: each(({ doesNotFix }) => doesNotFix),
    check: DOCTOR,
  };
}

const fill = (text: string, { host = 'HOST', domain = 'DOMAIN', answering }: AdviceContext): string =>
  text
    .replaceAll(/\bHOST\b/g, host)
    .replaceAll(/\bDOMAIN\b/g, domain)
    .replaceAll(/\bADDRESS\b/g, answering[0] ?? 'ADDRESS');

/** What to paste for these remedies, in their order; what is the same, and resolver options, become one piece. */
export function remediesFor(ids: readonly RemedyId[], context: AdviceContext): Remedy[] {
  const wanted = [...new Set(ids)];
  const optionIds = wanted.filter(isOption).filter((id) => optionsFor(id, context.host).length > 0);
  const options = optionIds.flatMap((id) => optionsFor(id, context.host));
  const remedies = wanted.flatMap((id): Remedy[] => {
    if (isOption(id)) return id === optionIds[0] ? [optionsRemedy(optionIds, options, context)] : [];
    return textFor(id, context).map((text) => ({ ids: [id], ...text }));
  });
  return [...new Set(remedies.map(({ paste }) => paste))].flatMap((paste): Remedy[] => {
    const [first, ...others] = remedies.filter((remedy) => remedy.paste === paste);
    if (first === undefined) return [];
    const filled = { ...first, paste: fill(first.paste, context), check: fill(first.check, context) };
    return [{ ...filled, ids: [...first.ids, ...others.flatMap((other) => other.ids)] }];
  });
}
