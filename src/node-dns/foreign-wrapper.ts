/** Packages that wrap dns.lookup, by the folder that they lie in. */
const KNOWN = ['@opentelemetry/instrumentation-dns', 'dd-trace', 'elastic-apm-node', 'newrelic', 'sinon'];

/** Those of {@link KNOWN} that this process has loaded. */
function suspects(): string[] {
  const files = Object.keys(require.cache).map((file) => file.replaceAll('\\', '/'));
  return KNOWN.filter((name) => files.some((file) => file.includes(`/node_modules/${name}/`)));
}

/** Somebody else's function where Node's own belongs. */
export interface Wrapped {
  /** `dns.lookup`, say. */
  readonly place: string;
  readonly wrapper: { readonly name: string };
}

function listed(words: Iterable<string>): string {
  return [...new Set(words)].join(', ');
}

const warned = new Set<string>();

/** Says, once, which wrappers were there before us, and that they stay: they may be guards or tracers. */
export function warnOfWrappers(wrapped: readonly Wrapped[]): void {
  if (wrapped.length === 0) return;
  const places = listed(wrapped.map(({ place }) => place));
  const names = listed(wrapped.map(({ wrapper }) => wrapper.name || 'an unnamed function'));
  const owners = suspects();
  const owner = owners.length > 0 ? `, probably of ${owners.join(' or ')}` : '';
  const message =
    `${places}: wrapped before addrinfo was installed (${names}${owner}). What was there stays in place, and ` +
    'what it passes on is answered by the function that it was put over, not by addrinfo. To have both, load ' +
    'addrinfo first: `--require addrinfo/register` ahead of any other `--require` or `--import`';
  if (warned.has(message)) return;
  warned.add(message);
  process.emitWarning(message, { type: 'AddrinfoWarning', code: 'ERR_ADDRINFO_WRAPPED' });
}
