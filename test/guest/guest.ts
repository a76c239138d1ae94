import { join } from 'node:path';
import { type Finished, runProgram } from '../support/child';

const root = join(__dirname, '../..');

/** What `--require` takes to put ours in the place of dns.lookup. */
export const REGISTER: string = join(root, 'dist/register.js');

/** How the process is started that addrinfo is a guest of. */
export interface Host {
  /** Default: this Node. */
  readonly binary?: string;
  /** Of Node, before the script. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where the script's packages are; the root of this package otherwise. */
  readonly cwd?: string;
  /** ms until it is killed: 20000. */
  readonly timeout?: number;
}

/**
 * In scope of every script: the built package, Node's dns, a loop that is kept busy, and `settled`: what a promise came
 * to, for JSON. A script that ends without `report` reports nothing.
 */
const PRELUDE = `
  const addrinfo = require(${JSON.stringify(join(root, 'dist'))});
  const dns = require('node:dns');
  const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const seen = (error) => ({ name: error?.name, code: error?.code, message: error?.message });
  const settled = (promise) => promise.then((value) => ({ value }), (error) => ({ error: seen(error), falsy: !error }));
  const call = (lookup, ...args) => settled(new Promise((resolve, reject) =>
    lookup(...args, (error, address) => error === null ? resolve(address) : reject(error))));
  const report = (value) => require('node:fs').writeSync(1, 'REPORT ' + JSON.stringify(value) + '\\n');
`;

/** A script's end, and what it handed to `report` last. */
export interface Reported extends Finished {
  readonly report: unknown;
}

/** Runs the body of an async function, in CommonJS, in a process of its own. */
export async function runGuest(source: string, host: Host = {}): Promise<Reported> {
  const { binary = process.execPath, flags = [], env = {}, cwd = root, timeout } = host;
  const script = `${PRELUDE}\n(async () => {${source}\n})();`;
  const finished = await runProgram(binary, [...flags, '-e', script], {
    env: { ...process.env, ...env },
    cwd,
    timeout,
  });
  const line = finished.stdout.split('\n').findLast((text) => text.startsWith('REPORT '));
  const report: unknown = line === undefined ? undefined : JSON.parse(line.slice('REPORT '.length));
  return { ...finished, report };
}

/** What the script reported. It must end well, and print nothing on stderr. */
export async function reportOf(source: string, host: Host = {}): Promise<unknown> {
  const { report, stderr, code, signal } = await runGuest(source, host);
  if (stderr !== '' || code !== 0) throw new Error(`ended with ${signal ?? code}: ${stderr}`);
  return report;
}
