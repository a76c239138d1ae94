import type { Setup } from './setup';

/**
 * A query that an earlier set-up has left behind must not be taken for one of this: the first label of every name
 * ends in the number of its set-up. Names that mean something to libc stay as they are.
 */
const FIXED = new Set(['localhost', 'sandbox']);
const DIGITS = 6;

function splitLabel(name: string): [label: string, rest: string] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
}

/** The name as it is asked for in the set-up of this number. */
export function numbered(name: string, number: number): string {
  const [label, rest] = splitLabel(name);
  if (FIXED.has(label.toLowerCase())) return name;
  const digits = String(number).padStart(DIGITS, '0');
  return `${label}${/^\d+$/.test(label) ? '' : '-'}${digits}${rest}`;
}

/** The name without the number; undefined where it has another one. */
export function withoutNumber(name: string, number: number): string | undefined {
  const [label, rest] = splitLabel(name.toLowerCase());
  if (FIXED.has(label)) return `${label}${rest}`;
  const digits = String(number).padStart(DIGITS, '0');
  if (!label.endsWith(digits)) return undefined;
  return `${label.slice(0, -DIGITS).replace(/-$/, '')}${rest}`;
}

/** The name in a search domain. */
export function qualified(name: string, domain: string): string {
  return domain === '.' ? name : `${name}.${domain}`;
}

/** The name that a hosts line is about. */
export function nameInHosts(which: 'asked' | 'qualified' | 'other', { name, search }: Setup): string {
  if (which === 'other') return 'other.test';
  const domain = search[0]?.domain;
  return which === 'asked' || domain === undefined ? name : qualified(name, domain);
}
