import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseScript } from './script';

/** One query as the DNS server saw it. */
export interface LoggedQuery {
  /** Milliseconds since 1970, with fractions. */
  readonly t: number;
  /** As sent, letter case included. */
  readonly name: string;
  /** A, AAAA, PTR ... */
  readonly type: string;
  readonly id: number;
  /** Where it came from. */
  readonly from: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  /** The server's own address and port. */
  readonly to: string;
  readonly toPort: number;
  /** The EDNS payload size, 0 without EDNS. */
  readonly edns: number;
  /** The "authentic data" bit of the query. */
  readonly ad: boolean;
}

const path = process.env['ADDRINFO_QUERY_LOG'];
const seen: LoggedQuery[] = [];
let offset = 0;

/** Every query in a log file. */
export function readQueryLog(file: string): LoggedQuery[] {
  return parseLines(readFrom(file, 0)[0]);
}

/** Every query to the sandbox's DNS server since the sandbox began. */
export function allQueries(): readonly LoggedQuery[] {
  if (path === undefined || path === 'off')
    throw new Error('there is no query log: not in a sandbox, or switched off');
  const [text, end] = readFrom(path, offset);
  offset = end;
  for (const query of parseLines(text)) seen.push(query);
  return seen;
}

/**
 * The queries to the sandbox's DNS server for one name (letter case and a final dot do not matter), or those that a
 * predicate picks, in the order in which they came in.
 */
export function queriesFor(which: string | ((query: LoggedQuery) => boolean)): LoggedQuery[] {
  if (typeof which === 'function') return allQueries().filter(which);
  const name = which.replace(/\.$/, '').toLowerCase();
  return allQueries().filter((query) => query.name.toLowerCase() === name);
}

/** The record types that the sandbox's DNS server was asked for by this name, in order. */
export function typesAsked(name: string): string[] {
  return queriesFor(name).map(({ type }) => type);
}

let names = 0;

/**
 * A name that no other test has asked for: `directives` with a fresh `u-...` label, in the zone `test`.
 *
 * @throws Error for a label that is no directive although it starts as one.
 */
export function uniqueName(directives = ''): string {
  const labels = directives === '' ? [] : directives.split('.');
  parseScript(labels);
  names += 1;
  const unique = `u-${process.pid.toString(36)}-${Date.now().toString(36)}-${names.toString(36)}`;
  return [...labels, unique, 'test'].join('.');
}

/** The whole lines of a file from an offset on, and the offset after them. */
function readFrom(file: string, start: number): [text: string, end: number] {
  const fd = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(fstatSync(fd).size - start);
    const length = readSync(fd, bytes, 0, bytes.length, start);
    const whole = bytes.subarray(0, length).lastIndexOf('\n') + 1;
    return [bytes.toString('utf8', 0, whole), start + whole];
  } finally {
    closeSync(fd);
  }
}

const parseLines = (text: string): LoggedQuery[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): LoggedQuery => JSON.parse(line));
