import type { Answer, Subject } from './call';
import { etcOf } from './etc';
import type { Fault } from './judge';
import type { Performance, Run } from './lane';
import type { Reply, Setup } from './setup';
import { zoneOf } from './zone';

function replyText({ kind, delay, first }: Reply, addresses: readonly string[]): string {
  const what = kind === 'addresses' ? addresses.join(' ') : kind.toUpperCase();
  const words = [what, ...(delay > 0 ? [`after ${delay} ms`] : [])];
  return [...words, ...(first === undefined ? [] : [`(the first query: ${first})`])].join(' ');
}

function zoneText(setup: Setup): string[] {
  return [...zoneOf(setup)].flatMap(([name, { host, a, aaaa }]) => {
    const chain = host.cnames > 0 ? [`${name}. CNAME, ${host.cnames} of them`] : [];
    if (host.dangling) return [...chain, `  the last leads to a name that does not exist`];
    return [...chain, `${name}. A ${replyText(host.a, a)}`, `${name}. AAAA ${replyText(host.aaaa, aaaa)}`];
  });
}

function callText({ name, addrconfig, order, hedge, resolutionDelay }: Setup, subject: Subject): string {
  const options = [
    'all: true',
    ...(addrconfig ? ['hints: dns.ADDRCONFIG'] : []),
    ...(order === 'verbatim' ? [] : [`order: '${order}'`]),
  ];
  const call = `lookup('${name}', { ${options.join(', ')} }, console.log)`;
  if (subject === 'dns.lookup' || subject === 'c-ares') return `dns.${call} // ${subject}`;
  const policy = [
    `families: '${subject}'`,
    ...(hedge === undefined ? [] : [`hedge: ${hedge}`]),
    `resolutionDelay: ${resolutionDelay}`,
  ];
  return `new Resolver({ ${policy.join(', ')} }).${call}`;
}

const answerText = ({ code, addresses }: Answer): string => (code === 'OK' ? addresses.join(' ') : code);

function performanceText({ answer, queries }: Performance): string {
  const asked = queries.map(({ name, type, outcome }) => `${type} ${name} ${outcome}`).join(', ');
  return `${answerText(answer)}   [${asked || 'no query'}]`;
}

/** A set-up, as lines to paste, and what came of it. */
export function described(setup: Setup, run: Run, subject: Subject, faults: readonly Fault[]): string {
  const etc: readonly (readonly [string, string])[] = Object.entries(etcOf(setup));
  const files = etc.flatMap(([name, text]) => [
    `# /etc/${name}`,
    ...text.split('\n').filter((line) => line !== ''),
  ]);
  const servers = setup.nameservers.map(
    ({ kind, delay }, i) => `nameserver ${i + 1}: ${kind}${delay > 0 ? `, after ${delay} ms` : ''}`,
  );
  const ours = run.subjects.get(subject);
  return [
    `${subject}: ${faults.join(', ')}`,
    ...files,
    ...(setup.ipv6Host ? ['# the host has no IPv4 address but loopback'] : []),
    '# zone',
    ...servers,
    ...zoneText(setup),
    '# call',
    callText(setup, subject),
    '# answers',
    ...run.system.map((performance) => `getaddrinfo(AF_UNSPEC): ${performanceText(performance)}`),
    ...(ours === undefined ? [] : [`${subject}: ${performanceText(ours)}`]),
  ].join('\n');
}
