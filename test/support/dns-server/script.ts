import { isIPv4, isIPv6 } from 'node:net';

/** Which queries for a name a directive is about. */
interface Scope {
  /** Only this record type; both when absent. */
  readonly type?: 'A' | 'AAAA';
  /** Only the first N packets of each (name, type). */
  readonly first?: number;
  /** Only the packets after the first N. */
  readonly after?: number;
}

const failures = ['nodata', 'nxdomain', 'servfail', 'refused', 'notimp', 'formerr'] as const;
const packetVerbs = ['drop', 'tc', 'tc-cut', 'garbage', 'wrong-id', 'wrong-name'] as const;
const numericVerbs = ['delay', 'ttl', 'many', 'cname', 'flip', 'turn', 'loss', 'slow', 'dup'] as const;

/** What a failing answer says. */
export type Failure = (typeof failures)[number];

/** What happens to the packets of an answer. */
export type PacketVerb = (typeof packetVerbs)[number];

/** Directives that take a number. */
export type NumericVerb = (typeof numericVerbs)[number];

type Verb = Failure | PacketVerb | NumericVerb;

/** One directive of a name: a verb, its number, and the queries that it is about. */
export interface Directive extends Scope {
  readonly verb: Verb;
  readonly value?: number;
  /** Of `loss` alone. */
  readonly seed?: number;
}

/** What a name says should happen to queries for it. */
export interface Script {
  readonly a: readonly string[];
  readonly aaaa: readonly string[];
  readonly directives: readonly Directive[];
  /** Labels that are neither a directive nor a `u-...` uniquifier. */
  readonly plain: readonly string[];
  /** Whether an answer depends on how many packets came before it. */
  readonly counted: boolean;
}

const verbs: readonly Verb[] = [...failures, ...packetVerbs, ...numericVerbs];
const needsValue: ReadonlySet<Verb> = new Set([
  'delay',
  'ttl',
  'many',
  'cname',
  'flip',
  'turn',
  'loss',
  'slow',
]);

const isFailure = (verb: string): verb is Failure => failures.some((failure) => failure === verb);

/** The longest verb that the label starts with. */
const verbOf = (label: string): Verb | undefined =>
  verbs
    .filter((verb) => label === verb || label.startsWith(`${verb}-`))
    .sort((x, y) => y.length - x.length)[0];

const malformed = (label: string, why: string): Error => new Error(`DNS directive "${label}": ${why}`);

function parseDirective(label: string, verb: Verb): Directive {
  const words = label.slice(verb.length).split('-').slice(1);
  const found: { type?: 'A' | 'AAAA'; first?: number; after?: number; seed?: number; value?: number } = {};
  let number: 'value' | 'first' | 'after' | 'seed' = 'value';
  for (const word of words) {
    if (word === 'a' || word === 'aaaa') found.type = word === 'a' ? 'A' : 'AAAA';
    else if (word === 'first' || word === 'after' || word === 'seed') number = word;
    else if (/^\d+$/.test(word) && found[number] === undefined) {
      found[number] = Number(word);
      number = 'value';
    } else throw malformed(label, `"${word}" is not understood`);
  }
  if (number !== 'value') throw malformed(label, `"${number}" needs a number`);
  if (needsValue.has(verb) && found.value === undefined) throw malformed(label, 'it needs a number');
  if (found.seed !== undefined && verb !== 'loss') throw malformed(label, 'only loss takes a seed');
  if (verb === 'many' && (found.value ?? 0) > 1000)
    throw malformed(label, 'at most 1000 fit into one message');
  return { verb, ...found };
}

function address(label: string, text: string, isValid: (text: string) => boolean): string {
  if (!isValid(text)) throw malformed(label, `${text} is not an address`);
  return text;
}

/**
 * Reads the labels in front of a zone. Labels that do not start as a directive are kept as `plain`.
 *
 * @throws Error for a label that starts as a directive but cannot be read: a typing error, not a name.
 */
export function parseScript(labels: readonly string[]): Script {
  const a: string[] = [];
  const aaaa: string[] = [];
  const plain: string[] = [];
  const directives: Directive[] = [];
  for (const label of labels) {
    const verb = verbOf(label);
    if (verb !== undefined) directives.push(parseDirective(label, verb));
    else if (/^(?:a|host)-\d+-\d+-\d+-\d+$/.test(label)) {
      a.push(address(label, label.replace(/^\w+-/, '').replaceAll('-', '.'), isIPv4));
    } else if (/^(?:aaaa|host)-[0-9a-f-]+$/.test(label)) {
      aaaa.push(address(label, label.replace(/^\w+?-/, '').replaceAll('-', ':'), isIPv6));
    } else if (/^a-\d/.test(label)) throw malformed(label, 'it is not a-1-2-3-4');
    else if (!label.startsWith('u-')) plain.push(label);
  }
  const counted = directives.some(
    ({ verb, first, after }) =>
      first !== undefined || after !== undefined || verb === 'loss' || verb === 'flip' || verb === 'turn',
  );
  return { a, aaaa, plain, directives, counted };
}

/** The directive of this verb that holds for packet number `count` (from 0) of a (name, type), if any. */
export function directiveFor(script: Script, verb: Verb, type: string, count: number): Directive | undefined {
  return script.directives.find((directive) => directive.verb === verb && applies(directive, type, count));
}

/** The first directive, in the order of the name, that makes the answer a failure. */
export function failureFor(script: Script, type: string, count: number): Failure | undefined {
  for (const directive of script.directives) {
    if (isFailure(directive.verb) && applies(directive, type, count)) return directive.verb;
  }
  return undefined;
}

function applies(scope: Scope, type: string, count: number): boolean {
  if (scope.type !== undefined && scope.type !== type) return false;
  if (scope.first !== undefined && count >= scope.first) return false;
  return scope.after === undefined || count >= scope.after;
}
