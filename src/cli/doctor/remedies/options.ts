import { settings } from './places';
import { type AdviceContext, doctorOf, type RemedyText } from './remedy';

/** Options of resolv.conf that are remedies. */
export type OptionFix =
  | 'dns-config-ndots'
  | 'dns-config-single-request'
  | 'dns-config-timeout-longer'
  | 'dns-config-no-aaaa';

/** One `options` word of resolv.conf. */
export interface Option {
  readonly name: string;
  readonly value?: string;
  readonly fixes: string;
  readonly doesNotFix: string;
}

const OPTIONS: Readonly<Record<Exclude<OptionFix, 'dns-config-ndots'>, Option>> = {
  'dns-config-single-request': {
    name: 'single-request-reopen',
    fixes: 'A and AAAA go out one after the other, each from a socket of its own: no race',
    doesNotFix: 'does not cure lost AAAA answers or a lossy network; musl (Alpine) ignores it',
  },
  'dns-config-timeout-longer': {
    name: 'timeout',
    value: '10',
    fixes: 'libc waits until the answer is there',
    doesNotFix: 'the answers are as slow as before, and a lost packet costs more',
  },
  'dns-config-no-aaaa': {
    name: 'no-aaaa',
    fixes: 'glibc 2.36 and later send no AAAA question at all',
    doesNotFix: 'older glibc and musl ignore it; a host that has IPv6 only is not found any more',
  },
};

const IDS: readonly string[] = ['dns-config-ndots', ...Object.keys(OPTIONS)];

export function isOption(id: string): id is OptionFix {
  return IDS.includes(id);
}

/** Names that are found as they are written, and asked for so at first. */
function ndots({ host, foundAsWritten }: AdviceContext): Option[] {
  const dots = (host ?? '').replace(/\.$/, '').split('.').length - 1;
  if (dots < 1 || !foundAsWritten) return [];
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

/** The options that are this remedy here; none where they would not help. */
function optionsFor(id: OptionFix, context: AdviceContext): readonly Option[] {
  const options = id === 'dns-config-ndots' ? ndots(context) : [OPTIONS[id]];
  return options.filter(({ name }) => context.takesOption(name));
}

/** One piece for all of these remedies that help here, and which they are. */
export function optionsRemedy(
  ids: readonly OptionFix[],
  context: AdviceContext,
): (RemedyText & { readonly ids: readonly OptionFix[] }) | undefined {
  const helping = ids.filter((id) => optionsFor(id, context).length > 0);
  const options = helping.flatMap((id) => optionsFor(id, context));
  if (options.length === 0) return undefined;
  const words = options.map(({ name, value }) => (value === undefined ? name : `${name}:${value}`));
  const each = (say: (option: Option) => string): string =>
    options.map((option) => `${option.name}: ${say(option)}`).join('; ');
  const set = context.runtime === 'resolved' ? `RES_OPTIONS="${words.join(' ')}" ` : '';
  return {
    ids: helping,
    ...settings({ options: words }, context),
    fixes: each(({ fixes }) => fixes),
    doesNotFix: each(({ doesNotFix }) => doesNotFix),
    check: `${set}${doctorOf(context)}`,
  };
}
