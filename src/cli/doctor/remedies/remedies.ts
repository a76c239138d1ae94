import { type CodeFix, codeFor } from './code';
import { type FileFix, files } from './files';
import { consistentNameservers, nameservers } from './nameservers';
import { isOption, type OptionFix, optionsRemedy } from './options';
import { type AdviceContext, doctorOf, type RemedyText } from './remedy';

/** Every remedy the report can offer; docs/doctor.md lists them. Each is applied by test/doctor in a set-up that has it. */
export type RemedyId = CodeFix | FileFix | OptionFix | ServerFix;

type ServerFix = 'nameservers' | 'consistent-nameservers' | 'server-nodata' | 'open-tcp';

/** What to paste, and which findings asked for it. */
export interface Remedy extends RemedyText {
  readonly ids: readonly RemedyId[];
}

const serverNodata = (context: AdviceContext): RemedyText => ({
  title: 'In CoreDNS: an empty answer for AAAA instead of an error',
  language: 'text',
  paste: `template IN AAAA {
    rcode NOERROR
}`,
  fixes: 'every client at once, Alpine included',
  doesNotFix: 'names that have IPv6 addresses: they lose them; so narrow it to the zone in question',
  check: doctorOf(context),
});

const openTcp = (context: AdviceContext): RemedyText => ({
  title: 'Let TCP through to port 53 as well',
  language: 'text',
  paste:
    context.runtime === 'pod'
      ? 'In the NetworkPolicy that allows UDP 53 to the nameserver, allow TCP 53 too'
      : 'In the firewall that allows UDP 53 to the nameserver, allow TCP 53 too',
  fixes: 'answers that are too long for a UDP packet',
  doesNotFix: 'a server that does not serve TCP: replace it',
  check: doctorOf(context),
});

function textFor(id: Exclude<RemedyId, OptionFix>, context: AdviceContext): RemedyText[] {
  switch (id) {
    case 'lookup4':
    case 'hedge':
    case 'cache':
    case 'register':
    case 'resolv-nameservers':
      return codeFor(id, context);
    case 'nameservers':
      return [nameservers(context)];
    case 'consistent-nameservers':
      return consistentNameservers(context);
    // Outside a cluster it is another server's language.
    case 'server-nodata':
      return context.runtime === 'pod' ? [serverNodata(context)] : [];
    case 'open-tcp':
      return [openTcp(context)];
    default:
      return files(id, context);
  }
}

/** What to paste for these remedies, in their order; what is the same, and resolver options, become one piece. */
export function remediesFor(ids: readonly RemedyId[], context: AdviceContext): Remedy[] {
  const wanted = [...new Set(ids)];
  const optionIds = wanted.filter(isOption);
  const remedies = wanted.flatMap((id): Remedy[] => {
    if (!isOption(id)) return textFor(id, context).map((text) => ({ ids: [id], ...text }));
    const options = id === optionIds[0] ? optionsRemedy(optionIds, context) : undefined;
    return options === undefined ? [] : [options];
  });
  return [...new Set(remedies.map(({ paste }) => paste))].flatMap((paste): Remedy[] => {
    const [first, ...others] = remedies.filter((remedy) => remedy.paste === paste);
    if (first === undefined) return [];
    return [{ ...first, ids: [...first.ids, ...others.flatMap((other) => other.ids)] }];
  });
}
