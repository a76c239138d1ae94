import { isIP } from 'node:net';
import { printable } from '../shared/printable';
import { UsageError } from './usage';

// Letters of any script: libc takes names that are not ASCII, as IDNA.
const NAME = /^[\p{L}\p{N}\p{M}_.-]+$/u;

/** The host in a URL, if this is one; nothing else of it may be shown: it may hold a password. */
function hostOfUrl(text: string): string | undefined {
  const [, rest = ''] = /^[a-z][a-z\d+.-]*:\/\/(.*)$/is.exec(text) ?? [];
  const authority = rest.split(/[/?#]/)[0] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  // Several hosts, as MongoDB writes them: the first.
  const first = host.split(',')[0] ?? '';
  return first.replace(/:\d*$/, '').replace(/^\[|\]$/g, '');
}

const isName = (text: string): boolean => NAME.test(text) && text.length <= 253 && /[\p{L}\p{N}]/u.test(text);

const meant = (host: string): string => (isName(host) ? `: did you mean ${host}?` : '');

const isAddress = (text: string): boolean => isIP(text.replace(/%.*/, '')) !== 0;

/** What is wrong with a host, with what was probably meant; undefined of one that may be a name. */
function complaint(text: string): string | undefined {
  if (text.trim() === '') return 'the host is empty';
  if (text.includes('://')) return `that is a URL, not a host name${meant(hostOfUrl(text) ?? '')}`;
  // `host=db user=x password=y`, `user:secret@host`: what it holds is not repeated.
  const parameter = /(?:^|[\s;])(?:host|server|data source)\s*=\s*(?:tcp:)?([^\s;,:]+)/i.exec(text)?.[1];
  if (parameter !== undefined || /[=;]/.test(text)) {
    return `that is a connection string, not a host name${meant(parameter ?? '')}`;
  }
  if (text.includes('@'))
    return `that has a user in it${meant(text.slice(text.lastIndexOf('@') + 1).replace(/[:/].*$/s, ''))}`;
  if (isAddress(text)) return `${printable(text)} is an address: there is nothing to look up`;
  const [, host, port] = /^\[?([^\]/]*?)\]?:(\d+)$/.exec(text) ?? [];
  if (host !== undefined && port !== undefined) return `that is a host and a port${meant(host)}`;
  if (text.includes('/'))
    return `that has a path in it${meant(text.split('/').find((part) => part !== '') ?? '')}`;
  if (/\s/.test(text)) return `a host name has no blanks${meant(text.trim())}`;
  if (text.length > 253) return 'a host name has at most 253 characters';
  if (!isName(text)) return `not a host name: '${printable(text)}'`;
  if (text.split('.').some((label) => label.length > 63))
    return 'a label of a host name has at most 63 characters';
  if (/\.\.|^\./.test(text)) return `a host name has no empty label: '${printable(text)}'`;
  return undefined;
}

/** A name or an address; whatever else it is, the message says so, and repeats no secret. */
export function checkedHostOrAddress(host: string): string {
  return isAddress(host) ? host : checkedHost(host);
}

/** A name to be looked up; whatever else it is, the message says so, and repeats no secret. */
export function checkedHost(host: string): string {
  const problem = complaint(host);
  if (problem !== undefined) throw new UsageError(problem);
  return host;
}
