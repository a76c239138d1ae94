import type { AdviceContext, RemedyText } from './remedy';

/** Remedies that change a file of this machine, or what an application writes. */
export type FileFix =
  | 'trailing-dot'
  | 'search-domain'
  | 'nsswitch'
  | 'hosts-line'
  | 'resolv-conf-readable'
  | 'resolv-conf-crlf'
  | 'no-edns0';

const DOCTOR = 'npx addrinfo doctor HOST';

// A container has resolv.conf mounted: it can be written to, and not replaced, as `sed -i` does.
const rewrite = (filter: string): string =>
  `${filter} /etc/resolv.conf > /tmp/resolv.conf && cat /tmp/resolv.conf > /etc/resolv.conf`;

function searchDomain({ runtime }: AdviceContext): RemedyText {
  const text = {
    title: 'Take the domain out of the search list',
    fixes: 'the names that are asked for in that domain in vain',
    doesNotFix: 'short names that are meant to be found in it',
    check: DOCTOR,
  };
  if (runtime === 'pod') {
    const paste =
      'spec:\n  dnsPolicy: None # then list the nameservers, and the search domains without that one\n  dnsConfig:\n    nameservers: [ADDRESS]\n    searches: [NAMESPACE.svc.cluster.local, svc.cluster.local, cluster.local]';
    return { ...text, language: 'yaml', paste };
  }
  if (runtime === 'docker') return { ...text, language: 'sh', paste: 'docker run --dns-search . ...' };
  if (runtime === 'resolved')
    return { ...text, language: 'sh', paste: 'resolvectl status\nresolvectl domain LINK ""' };
  return { ...text, language: 'sh', paste: rewrite("sed 's/ DOMAIN//'") };
}

/** None where the run has no name to fill in. */
export function files(id: FileFix, context: AdviceContext): RemedyText[] {
  switch (id) {
    case 'trailing-dot': {
      const { fullyQualified } = context;
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
    case 'search-domain':
      return [searchDomain(context)];
    case 'nsswitch':
      return [
        {
          title: '/etc/nsswitch.conf: ask the DNS',
          language: 'sh',
          paste:
            "sed 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf > /tmp/nsswitch.conf && cat /tmp/nsswitch.conf > /etc/nsswitch.conf",
          fixes: 'getaddrinfo asks the nameservers of resolv.conf',
          doesNotFix: 'anything on musl, which does not read this file',
          check: 'getent ahosts HOST',
        },
      ];
    case 'hosts-line':
      return [
        {
          title: 'Take the line out of /etc/hosts',
          language: 'sh',
          paste: 'grep -v HOST /etc/hosts > /tmp/hosts && cat /tmp/hosts > /etc/hosts',
          fixes: 'the DNS answers for the name again',
          doesNotFix: 'whatever wrote the line: it may write it again',
          check: 'getent ahosts HOST',
        },
      ];
    case 'resolv-conf-readable':
      return [
        {
          title: 'Let everyone read /etc/resolv.conf',
          language: 'sh',
          paste: 'chmod 644 /etc/resolv.conf',
          fixes: 'libc reads the nameservers it names',
          doesNotFix: 'whatever writes it so',
          check: 'cat /etc/resolv.conf',
        },
      ];
    case 'resolv-conf-crlf':
      return [
        {
          title: 'Take the carriage returns out of /etc/resolv.conf',
          language: 'sh',
          paste: rewrite("sed 's/\\r$//'"),
          fixes: 'the last search domain is what it looks like',
          doesNotFix: 'whatever writes it so',
          check: "grep -c $'\\r' /etc/resolv.conf",
        },
      ];
    case 'no-edns0':
      return [
        {
          title: 'Take edns0 out of the options of /etc/resolv.conf',
          language: 'sh',
          paste: rewrite("sed 's/ *edns0//'"),
          fixes: 'answers above 512 bytes come over TCP instead of UDP',
          doesNotFix: 'the MTU, or the firewall, that loses large packets',
          check: DOCTOR,
        },
      ];
  }
}
