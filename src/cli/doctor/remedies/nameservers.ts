import { settings } from './places';
import { type AdviceContext, doctorOf, hostIn, type RemedyText } from './remedy';

/** Where the run does not know what goes here. */
const ADDRESS = 'ADDRESS';

function checkOf(addresses: readonly string[], context: AdviceContext): string {
  const flags = addresses.map((address) => `--dns ${address}`).join(' ');
  if (context.runtime === 'docker') {
    return `docker run --rm ${flags} node:22 npx --yes addrinfo doctor ${hostIn(context)}`;
  }
  return context.runtime === 'resolved' ? `resolvectl query ${hostIn(context)}` : doctorOf(context);
}

/** Nameservers that answer, and those only. */
export function nameservers(context: AdviceContext): RemedyText {
  const addresses = context.answering.length === 0 ? [ADDRESS] : context.answering;
  return {
    ...settings({ nameservers: addresses }, context),
    title: 'Name servers that answer, and those only',
    fixes: 'the wait for a server that does not answer',
    doesNotFix: 'a firewall or network policy that drops port 53',
    check: checkOf(addresses, context),
  };
}

/** Nameservers that say the same; none where only one is left to ask. */
export function consistentNameservers(context: AdviceContext): RemedyText[] {
  const { odd, answering } = context;
  const others = answering.filter((address) => address !== odd);
  if (odd === undefined || others.length === 0) return [];
  return [
    {
      ...settings({ nameservers: others }, context),
      title: `Reload ${odd}, or take it out until it is right`,
      fixes: 'addresses that change with the server that happens to be asked',
      doesNotFix: 'names that are meant to differ: then the client is to have one server only',
      check: checkOf(others, context),
    },
  ];
}
