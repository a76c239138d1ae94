import type { AdviceContext, RemedyText } from './remedy';

/** Where the run does not know what goes here. */
const ADDRESS = 'ADDRESS';

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
function pasteFor(
  { runtime, search }: AdviceContext,
  addresses: readonly string[],
): Pick<RemedyText, 'language' | 'paste'> {
  switch (runtime) {
    case 'pod':
      return { language: 'yaml', paste: podDns(addresses, search) };
    case 'docker':
      return { language: 'sh', paste: dockerDns(addresses) };
    case 'resolved':
      return {
        language: 'sh',
        paste: `resolvectl status # which link, which servers\nresolvectl dns LINK ${addresses.join(' ')}`,
      };
    case 'file': {
      const lines = addresses.map((address) => `nameserver ${address}`);
      return { language: 'text', paste: ['# /etc/resolv.conf, or what writes it', ...lines].join('\n') };
    }
  }
}

const CHECK: Readonly<Record<AdviceContext['runtime'], string>> = {
  pod: 'npx addrinfo doctor HOST (and: kubectl get networkpolicy)',
  docker: 'docker run --rm --dns ADDRESS node:22 npx addrinfo doctor HOST',
  resolved: 'resolvectl query HOST',
  file: 'npx addrinfo doctor HOST',
};

/** Nameservers that answer, and those only. */
export function nameservers(context: AdviceContext): RemedyText {
  const addresses = context.answering.length === 0 ? [ADDRESS] : context.answering;
  return {
    title: 'Name servers that answer, and those only',
    ...pasteFor(context, addresses),
    fixes: 'the wait for a server that does not answer',
    doesNotFix: 'a firewall or network policy that drops port 53',
    check: CHECK[context.runtime],
  };
}
