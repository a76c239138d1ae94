import { rewrite, settings } from './places';
import { type AdviceContext, doctorOf, hostIn, type RemedyText } from './remedy';

/** Remedies that change a file of this machine, or what an application writes. */
export type FileFix =
  | 'trailing-dot'
  | 'search-domain'
  | 'nsswitch'
  | 'hosts-line'
  | 'resolv-conf-readable'
  | 'resolv-conf-crlf'
  | 'no-edns0';

const RESOLV_CONF = '/etc/resolv.conf';

function trailingDot({ fullyQualified }: AdviceContext): RemedyText[] {
  if (fullyQualified.length === 0) return [];
  return [
    {
      title: 'Write the name in full, with a dot at its end',
      language: 'text',
      paste: fullyQualified.join('\n'),
      fixes: 'the search list is not tried: one question a family',
      doesNotFix: 'some TLS servers refuse a name with the dot',
      check: `npx addrinfo doctor ${fullyQualified.join(' ')}`,
    },
  ];
}

/** None where the domain is not in the search list: LOCALDOMAIN has it. */
function searchDomain(context: AdviceContext): RemedyText[] {
  const { domains, search } = context;
  const plain = (domain: string): string => domain.replace(/^\.|\.$/g, '').toLowerCase();
  const rest = search.filter((domain) => !domains.some((bad) => plain(bad) === plain(domain)));
  if (rest.length === search.length) return [];
  return [
    {
      ...settings({ search: rest }, context),
      title: `Take ${domains.join(' and ')} out of the search list`,
      fixes: 'the names that are asked for in that domain in vain',
      doesNotFix: 'short names that are meant to be found in it',
      check: doctorOf(context),
    },
  ];
}

/** A whole word of a line, as sed takes it. */
const word = (text: string): string => `[[:blank:]]${text.replaceAll('.', '\\.')}([[:blank:]]|$)`;

const WRITTEN_BY: Readonly<Record<AdviceContext['runtime'], string>> = {
  pod: 'a line that comes from hostAliases in the spec: take it out there',
  docker: 'a line that comes from --add-host: take it out there',
  resolved: 'whatever wrote the line: it may write it again',
  file: 'whatever wrote the line: it may write it again',
};

/** None where the run has nothing to fill in. */
export function files(id: FileFix, context: AdviceContext): RemedyText[] {
  const host = hostIn(context);
  switch (id) {
    case 'trailing-dot':
      return trailingDot(context);
    case 'search-domain':
      return searchDomain(context);
    case 'nsswitch':
      return [
        {
          title: '/etc/nsswitch.conf: ask the DNS',
          language: 'sh',
          paste: rewrite("sed 's/^hosts:.*/hosts: files dns/'", '/etc/nsswitch.conf'),
          fixes: 'getaddrinfo asks the nameservers of resolv.conf',
          doesNotFix: 'anything on musl, which does not read this file',
          check: `getent ahosts ${host}`,
        },
      ];
    case 'hosts-line':
      if (context.host === undefined) return [];
      return [
        {
          title: 'Take the line out of /etc/hosts',
          language: 'sh',
          paste: rewrite(`sed -E '/${word(host)}/d'`, '/etc/hosts'),
          fixes: 'the DNS answers for the name again',
          doesNotFix: WRITTEN_BY[context.runtime],
          check: `getent ahosts ${host}`,
        },
      ];
    case 'resolv-conf-readable':
      return [
        {
          title: `Let everyone read ${RESOLV_CONF}`,
          language: 'sh',
          paste: `chmod 644 ${RESOLV_CONF}`,
          fixes: 'libc reads the nameservers it names',
          doesNotFix: 'whatever writes it so',
          check: doctorOf(context),
        },
      ];
    case 'resolv-conf-crlf':
      return [
        {
          title: `Take the carriage returns out of ${RESOLV_CONF}`,
          language: 'sh',
          paste: rewrite("sed 's/\\r$//'", RESOLV_CONF),
          fixes: 'the last search domain is what it looks like',
          doesNotFix: 'whatever writes it so',
          check: doctorOf(context),
        },
      ];
    case 'no-edns0':
      return [
        {
          title: `Take edns0 out of the options of ${RESOLV_CONF}`,
          language: 'sh',
          paste: rewrite("sed 's/ *edns0//'", RESOLV_CONF),
          fixes: 'answers above 512 bytes come over TCP instead of UDP',
          doesNotFix: 'the MTU, or the firewall, that loses large packets',
          check: doctorOf(context),
        },
      ];
  }
}
