/** Options of resolv.conf that are remedies. */
export type OptionFix =
  | 'dns-config-ndots'
  | 'dns-config-single-request'
  | 'dns-config-timeout'
  | 'dns-config-no-aaaa';

/** Something to paste. */
export interface Piece {
  readonly title: string;
  /** Code, YAML, a line of a file, a command. */
  readonly paste: string;
  readonly language: 'js' | 'yaml' | 'sh' | 'text';
}

/** Where the resolver's options are set. */
export type Runtime = 'pod' | 'docker' | 'file';

/** One `options` word of resolv.conf. */
export interface Option {
  readonly name: string;
  readonly value?: string;
  readonly fixes: string;
  readonly doesNotFix: string;
}

const IGNORED_BY_MUSL = 'musl (Alpine) ignores it';

export const OPTIONS: Readonly<Record<OptionFix, readonly Option[]>> = {
  'dns-config-ndots': [
    {
      name: 'ndots',
      value: '2',
      fixes: 'names with two dots or more are asked for as they are first',
      doesNotFix: 'names with one dot still go through the search list',
    },
  ],
  'dns-config-single-request': [
    {
      name: 'single-request-reopen',
      fixes: 'A and AAAA go out one after the other, each from a socket of its own: no race',
      doesNotFix: `does not cure lost AAAA answers or a lossy network; ${IGNORED_BY_MUSL}`,
    },
  ],
  'dns-config-timeout': [
    {
      name: 'timeout',
      value: '1',
      fixes: 'a lost packet, or a dead nameserver, costs one second instead of five',
      doesNotFix: 'it still costs that second, and a server that needs longer than it fails',
    },
    {
      name: 'attempts',
      value: '3',
      fixes: 'as many tries as before in less time',
      doesNotFix: 'a server that is down stays down',
    },
  ],
  'dns-config-no-aaaa': [
    {
      name: 'no-aaaa',
      fixes: 'glibc 2.36 and later send no AAAA question at all',
      doesNotFix: `older glibc and musl ignore it; a host that has IPv6 only is not found any more`,
    },
  ],
};

/** These options, as they are set in this place. */
export function optionsPaste(options: readonly Option[], runtime: Runtime): Piece {
  const words = options.map(({ name, value }) => (value === undefined ? name : `${name}:${value}`));
  if (runtime === 'docker') {
    const flags = words.map((word) => `--dns-option ${word}`).join(' ');
    return { title: 'Docker: options of the resolver', language: 'sh', paste: `docker run ${flags} ...` };
  }
  if (runtime === 'file') {
    return { title: '/etc/resolv.conf', language: 'text', paste: `options ${words.join(' ')}` };
  }
  const entries = options.map(({ name, value }) =>
    value === undefined ? `      - name: ${name}` : `      - name: ${name}\n        value: "${value}"`,
  );
  const paste = ['spec:', '  dnsConfig:', '    options:', ...entries].join('\n');
  return { title: 'In the pod: dnsConfig', language: 'yaml', paste };
}
