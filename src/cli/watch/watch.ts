import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSystem } from '../doctor/facts/system';
import { parseDuration } from '../duration';
import { checkedHost } from '../host';
import { DEADLINE, probe, useFreshThreads } from '../probe';
import { parse, UsageError } from '../usage';
import { KINDS, type Kind, type KindFigures, WatchFigures } from './figures';
import { Metrics, parseAddress, serve } from './metrics';
import { JsonLines, Lines, type WatchOutput } from './output';
import { Servers } from './servers';
import { watchVerdict } from './verdict';

const OPTIONS = {
  for: { type: 'string' },
  jsonl: { type: 'boolean', default: false },
  metrics: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const USAGE = `Usage: addrinfo watch HOST

Looks HOST up once a second, A alone, AAAA alone and both families, and shows each stall of a second or more. Leave it
running in a pod to catch a stall that happens twice an hour. Ctrl-C ends it.

  --for TIME        ends after this: 30s, 10m, 24h
  --jsonl           a JSON document a lookup, and a last one with the figures and the verdict
  --metrics PORT    serves Prometheus metrics on 127.0.0.1, or on IP:PORT or [IPv6]:PORT, under /metrics; asks each
                    nameserver of resolv.conf once a second as well, for its rcodes and times

Exit code: 0, or 1 when lookups stalled or failed, 2 when it could not run.
`;

/** ms from one round of lookups to the next. */
const PERIOD = 1000;
const LONGEST = 31 * 24 * 3_600_000;
/** A lookup that stalls has its thread for a minute or more where there is a search path. */
const THREADS = 256;

const FAMILIES: Readonly<Record<Kind, 0 | 4 | 6>> = { a: 4, aaaa: 6, both: 0 };

function onlyHost([host, ...more]: readonly string[]): string {
  if (host === undefined) throw new UsageError('watch needs a host');
  if (more.length > 0) throw new UsageError(`watch takes one host, got ${more.length + 1}`);
  return checkedHost(host);
}

/** Each lookup, and each second. */
interface Listener {
  ended: WatchOutput['ended'];
  tick(): void;
}

async function lookups(
  host: string,
  until: number,
  stop: AbortSignal,
  figures: KindFigures,
  listeners: readonly Listener[],
): Promise<void> {
  const out = new Set<Promise<void>>();
  async function look(kind: Kind): Promise<void> {
    const end = figures[kind].begin();
    const sample = await probe(host, FAMILIES[kind], DEADLINE, stop);
    const notable = end(sample);
    if (sample === undefined) return;
    for (const listener of listeners) listener.ended(kind, sample, notable);
  }
  for (let next = performance.now(); next < until && !stop.aborted; next += PERIOD) {
    for (const kind of KINDS) {
      const looking = look(kind).finally(() => out.delete(looking));
      out.add(looking);
    }
    await sleep(Math.max(0, next + PERIOD - performance.now()), undefined, { signal: stop }).catch(() => {});
    for (const listener of listeners) listener.tick();
  }
  await Promise.all(out);
}

/** `addrinfo watch HOST`: a round of lookups each second until stopped. */
export async function watchCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const host = onlyHost(positionals);
  const length = values.for === undefined ? Infinity : parseDuration('--for', values.for, PERIOD, LONGEST);
  const address = values.metrics === undefined ? undefined : parseAddress(values.metrics);

  useFreshThreads(THREADS);
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // each lookup that is out has one
  const figures: KindFigures = {
    a: new WatchFigures('a'),
    aaaa: new WatchFigures('aaaa'),
    both: new WatchFigures('both'),
  };
  const servers = address === undefined ? undefined : new Servers(host, readSystem(), stop.signal);
  const metrics = servers === undefined ? undefined : new Metrics(host, figures, servers);
  const http = address === undefined || metrics === undefined ? undefined : await serve(metrics, address);
  const output = values.jsonl ? new JsonLines(figures) : new Lines(host, figures);
  const listeners: Listener[] = [output];
  if (metrics !== undefined && servers !== undefined) {
    servers.tick();
    listeners.push({ ended: (kind, sample) => metrics.ended(kind, sample), tick: () => servers.tick() });
  }
  const end = (): void => stop.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end); // what a cluster sends
  try {
    await lookups(host, performance.now() + length, stop.signal, figures, listeners);
  } finally {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
    http?.close();
    http?.closeAllConnections();
  }
  const { sentence, healthy } = watchVerdict(host, figures, servers?.figures ?? []);
  output.close(sentence, healthy);
  return healthy ? 0 : 1;
}
