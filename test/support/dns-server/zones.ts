import { type Failure, parseScript, type Script } from './script';

/** A name as the server sees it. */
export type Place =
  | {
      readonly kind: 'forward';
      readonly script: Script;
      readonly a: readonly string[];
      readonly aaaa: readonly string[];
    }
  | { readonly kind: 'reverse'; readonly target: string }
  | { readonly kind: 'fixed'; readonly outcome: Failure | 'drop' };

const nowhere: Place = { kind: 'fixed', outcome: 'nxdomain' };

/** What the server knows about a name, in lower case. `imposed`: a script that the server applies to every name. */
export function locate(name: string, imposed?: Script): Place {
  const labels = name.split('.');
  if (name.endsWith('.in-addr.arpa')) return reverse4(labels.slice(0, -2).reverse());
  if (name.endsWith('.ip6.arpa')) return reverse6(labels.slice(0, -2).reverse());
  if (labels.at(-1) === 'test') return forward(labels.slice(0, -1), ['10.53.0.1'], ['fd53::1'], imposed);
  if (name.endsWith('.default.svc.cluster.local')) return service(labels.slice(0, -4), imposed);
  return nowhere;
}

function forward(
  labels: readonly string[],
  a: readonly string[],
  aaaa: readonly string[],
  imposed: Script | undefined,
): Place {
  const own = parseScript(labels);
  const script = imposed === undefined ? own : merge(own, imposed);
  const written = script.a.length + script.aaaa.length > 0;
  return {
    kind: 'forward',
    script,
    a: written ? script.a : a,
    aaaa: written ? script.aaaa : aaaa,
  };
}

/** A server's own script wins over the name's, and its addresses take the place of the name's. */
function merge(own: Script, imposed: Script): Script {
  const addresses = imposed.a.length + imposed.aaaa.length > 0 ? imposed : own;
  return {
    a: addresses.a,
    aaaa: addresses.aaaa,
    plain: own.plain,
    directives: [...imposed.directives, ...own.directives],
    counted: own.counted || imposed.counted,
  };
}

/** A service of a cluster has one plain label; whatever a search list has appended to another name does not exist. */
function service(labels: readonly string[], imposed: Script | undefined): Place {
  const { plain } = parseScript(labels);
  if (plain.length > 1 || (plain.length === 1 && plain[0] !== labels[0])) return nowhere;
  return forward(labels, ['10.96.0.5'], [], imposed);
}

const reverseOutcomes: ReadonlyMap<string, Failure | 'drop'> = new Map([
  ['99', 'nxdomain'],
  ['98', 'drop'],
  ['97', 'servfail'],
]);

function reverse4(octets: readonly string[]): Place {
  if (octets.length !== 4 || octets[0] !== '10') return nowhere;
  const outcome = reverseOutcomes.get(octets[1] ?? '');
  return outcome ? { kind: 'fixed', outcome } : { kind: 'reverse', target: `host-${octets.join('-')}.test` };
}

function reverse6(nibbles: readonly string[]): Place {
  const digits = nibbles.join('');
  if (nibbles.length !== 32 || !digits.startsWith('fd')) return nowhere;
  const outcome = reverseOutcomes.get(digits.slice(2, 4));
  if (outcome) return { kind: 'fixed', outcome };
  const groups = Array.from({ length: 8 }, (_, i) =>
    Number.parseInt(digits.slice(4 * i, 4 * i + 4), 16).toString(16),
  );
  return { kind: 'reverse', target: `host-${groups.join('-')}.test` };
}
