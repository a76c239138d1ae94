/** Packages that wrap dns.lookup, by the folder that they lie in. */
const KNOWN = ['@opentelemetry/instrumentation-dns', 'dd-trace', 'elastic-apm-node', 'newrelic', 'sinon'];

/** Those of {@link KNOWN} that this process has loaded. */
function suspects(): string[] {
  const files = Object.keys(require.cache).map((file) => file.replaceAll('\\', '/'));
  return KNOWN.filter((name) => files.some((file) => file.includes(`/node_modules/${name}/`)));
}

/** A function of somebody else's in words: its own name, and whose it may be. */
function described(wrapper: { readonly name: string }): string {
  const names = suspects();
  const owner = names.length > 0 ? `, probably of ${names.join(' or ')}` : '';
  return `${wrapper.name === '' ? 'an unnamed function' : `the function ${wrapper.name}`}${owner}`;
}

const warned = new Set<string>();

/** Says, once for each, that a wrapper was there before us, and stays: it may be a guard or a tracer. */
export function warnOfWrapper(place: string, wrapper: { readonly name: string }): void {
  const message =
    `${place} was wrapped before addrinfo was installed (${described(wrapper)}). The wrapper stays in place, ` +
    'and what it passes on is answered by the function it was put over, not by addrinfo. To have both, load ' +
    'addrinfo first: `--require addrinfo/register` ahead of any other `--require` or `--import`';
  if (warned.has(message)) return;
  warned.add(message);
  process.emitWarning(message, { type: 'AddrinfoWarning', code: 'ERR_ADDRINFO_WRAPPED' });
}
