import type { Runtime } from '../facts/environment';
import type { Piece } from './remedy';

/** Options of resolv.conf that are remedies. */
export type OptionFix =
  | 'dns-config-ndots'
  | 'dns-config-single-request'
  | 'dns-config-timeout'
  | 'dns-config-timeout-longer'
  | 'dns-config-no-aaaa';

/** One `options` word of resolv.conf. */
export interface Option {
  readonly name: string;
  readonly value?: string;
  readonly fixes: string;
  readonly doesNotFix: string;
}

const IGNORED_BY_MUSL = 'musl (Alpine) ignores it';

const OPTIONS: Readonly<Record<Exclude<OptionFix, 'dns-config-ndots'>, readonly Option[]>> = {
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
  'dns-config-timeout-longer': [
    {
      name: 'timeout',
      value: '10',
      fixes: 'libc waits until the answer is there',
      doesNotFix: 'the answers are as slow as before, and a lost packet costs more',
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

export function isOption(id: string): id is OptionFix {
  return id === 'dns-config-ndots' || id in OPTIONS;
}

/** The options that are this remedy for a host; none where they would not help it. */
export function optionsFor(id: OptionFix, host: string | undefined): readonly Option[] {
  if (id !== 'dns-config-ndots') return OPTIONS[id];
  const dots = (host ?? '').split('.').length - 1;
  if (dots < 1) return [];
  return [
    {
      name: 'ndots',
      value: String(dots),
      fixes: `names with as many dots (${dots}) or more are asked for as they are first`,
      doesNotFix:
        'shorter names still go through the search list; names of services with as many dots, such as kubernetes.default.svc, come to it one question later',
    },
  ];
}

/** These options, as they are set in this place. */
export function optionsPaste(options: readonly Option[], runtime: Runtime): Piece {
  const words = options.map(({ name, value }) => (value === undefined ? name : `${name}:${value}`));
  if (runtime === 'docker') {
    const flags = words.map((word) => `--dns-option ${word}`).join(' ');
    return { title: 'Docker: options of the resolver', language: 'sh', paste: `docker run ${flags} ...` };
  }
  if (runtime !== 'pod') {
    const line = `options ${words.join(' ')}`;
    return { title: '/etc/resolv.conf', language: 'sh', paste: `echo '${line}' >> /etc/resolv.conf` };
  }
  const entries = options.map(({ name, value }) =>
    value === undefined ? `      - name: ${name}` : `      - name: ${name}\n        value: "${value}"`,
  );
  const paste = ['spec:', '  dnsConfig:', '    options:', ...entries].join('\n');
  return { title: 'In the pod: dnsConfig', language: 'yaml', paste };
}
