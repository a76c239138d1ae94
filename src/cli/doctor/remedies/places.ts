import type { AdviceContext, Piece } from './remedy';

/** What resolv.conf is to say. What is left out stays as it is. */
export interface Wanted {
  readonly nameservers?: readonly string[];
  readonly search?: readonly string[];
  /** `options` words to be added. */
  readonly options?: readonly string[];
}

/** `ndots:5` as an entry of a pod's dnsConfig. */
function podOption(word: string): string {
  const [name, value] = word.split(':');
  return value === undefined
    ? `\n      - name: ${name}`
    : `\n      - name: ${name}\n        value: "${value}"`;
}

/** A pod's servers and search list can only be set all at once. */
function inPod(wanted: Wanted, context: AdviceContext): Piece {
  const whole = wanted.nameservers !== undefined || wanted.search !== undefined;
  const list = (name: string, words: readonly string[], item: (word: string) => string): string =>
    words.length === 0 ? '' : `\n    ${name}:${words.map(item).join('')}`;
  const plain = (word: string): string => `\n      - ${word}`;
  const nameservers = whole ? (wanted.nameservers ?? context.nameservers) : [];
  const search = whole ? (wanted.search ?? context.search) : [];
  const options = [...(whole ? context.options : []), ...(wanted.options ?? [])];
  return {
    title: 'In the pod: dnsConfig',
    language: 'yaml',
    paste: [
      'spec:',
      ...(whole ? ['\n  dnsPolicy: None'] : []),
      '\n  dnsConfig:',
      list('nameservers', nameservers, plain),
      list('searches', search, plain),
      list('options', options, podOption),
    ].join(''),
  };
}

function inDocker({ nameservers = [], search, options = [] }: Wanted): Piece {
  // One dot stands for an empty list.
  const domains = search?.length === 0 ? ['.'] : (search ?? []);
  const flags = [
    ...nameservers.map((address) => `--dns ${address}`),
    ...domains.map((domain) => `--dns-search ${domain}`),
    ...options.map((option) => `--dns-option ${option}`),
  ];
  const daemon =
    nameservers.length === 0
      ? ''
      : `\n# or in /etc/docker/daemon.json: ${JSON.stringify({ dns: nameservers })}`;
  return { title: 'Docker', language: 'sh', paste: `docker run ${flags.join(' ')} ...${daemon}` };
}

/** systemd-resolved writes resolv.conf; glibc takes options from the environment as well. */
function inResolved({ nameservers, search, options = [] }: Wanted): Piece {
  const lines = [
    ...(nameservers === undefined ? [] : [`resolvectl dns LINK ${nameservers.join(' ')}`]),
    ...(search === undefined ? [] : [`resolvectl domain LINK ${search.join(' ') || '""'}`]),
  ];
  return {
    title: lines.length === 0 ? 'In the environment of the application' : 'systemd-resolved',
    language: 'sh',
    paste: [
      ...(lines.length === 0 ? [] : ['resolvectl status # which link']),
      ...lines,
      ...(options.length === 0 ? [] : [`RES_OPTIONS="${options.join(' ')}" node app.js`]),
    ].join('\n'),
  };
}

// A container has resolv.conf mounted: it can be written to, and not replaced, as `sed -i` does.
export const rewrite = (filter: string, file: string): string =>
  `${filter} ${file} > /tmp/rewritten && cat /tmp/rewritten > ${file}`;

const RESOLV_CONF = '/etc/resolv.conf';

function inFile({ nameservers, search, options = [] }: Wanted): Piece {
  const kept = [
    ...(nameservers === undefined ? [] : ['/^[[:blank:]]*nameserver/d']),
    ...(search === undefined ? [] : ['/^search/d', '/^domain/d']),
  ];
  const added = [
    ...(nameservers ?? []).map((address) => `nameserver ${address}`),
    ...(search === undefined || search.length === 0 ? [] : [`search ${search.join(' ')}`]),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
  ];
  const paste = [
    ...(kept.length === 0 ? [] : [rewrite(`sed '${kept.join('; ')}'`, RESOLV_CONF)]),
    ...added.map((line) => `echo '${line}' >> ${RESOLV_CONF}`),
  ];
  return { title: `${RESOLV_CONF}, or what writes it`, language: 'sh', paste: paste.join('\n') };
}

/** The resolver's settings, as they are written in the place where this runs. */
export function settings(wanted: Wanted, context: AdviceContext): Piece {
  switch (context.runtime) {
    case 'pod':
      return inPod(wanted, context);
    case 'docker':
      return inDocker(wanted);
    case 'resolved':
      return inResolved(wanted);
    case 'file':
      return inFile(wanted);
  }
}
