import { setTimeout as sleep } from 'node:timers/promises';
import { parseDuration } from './duration';
import { checkedHost } from './host';
import { DEADLINE, probe, useFreshThreads } from './probe';
import { parse, UsageError } from './usage';
import { WatchFigures } from './watch-figures';
import { JsonLines, type Kind, type KindFigures, Lines, type WatchOutput } from './watch-output';

const OPTIONS = {
  for: { type: 'string' },
  jsonl: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const USAGE = `Usage: addrinfo watch HOST

Looks HOST up once a second, IPv4 alone beside both families, and shows each stall of a second or more. Leave it
running in a pod to catch a stall that happens twice an hour. Ctrl-C ends it.

  --for TIME   ends after this: 30s, 10m, 24h
  --jsonl      a JSON document a lookup, and a last one with the figures

Exit code: 0, or 1 when there were stalls or no lookup succeeded, 2 when it could not run.
`;

/** ms from one pair of lookups to the next. */
const PERIOD = 1000;
const LONGEST = 31 * 24 * 3_600_000;

const FAMILIES: Readonly<Record<Kind, 0 | 4>> = { a: 4, both: 0 };

function onlyHost([host, ...more]: readonly string[]): string {
  if (host === undefined) throw new UsageError('watch needs a host');
  if (more.length > 0) throw new UsageError(`watch takes one host, got ${more.length + 1}`);
  return checkedHost(host);
}

async function lookups(
  host: string,
  until: number,
  stop: AbortSignal,
  figures: KindFigures,
  output: WatchOutput,
): Promise<void> {
  const out = new Set<Promise<void>>();
  async function look(kind: Kind): Promise<void> {
    const sample = await probe(host, FAMILIES[kind], DEADLINE, stop);
    if (sample !== undefined) output.ended(kind, sample, figures[kind].record(sample));
  }
  for (let next = performance.now(); next < until && !stop.aborted; next += PERIOD) {
    for (const kind of ['a', 'both'] as const) {
      const looking = look(kind).finally(() => out.delete(looking));
      out.add(looking);
    }
    await sleep(Math.max(0, next + PERIOD - performance.now()), undefined, { signal: stop }).catch(() => {});
    output.tick();
  }
  await Promise.all(out);
}

/** `addrinfo watch HOST`: one pair of lookups a second until stopped. */
export async function watchCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const host = onlyHost(positionals);
  const length = values.for === undefined ? LONGEST : parseDuration('--for', values.for, PERIOD, LONGEST);

  useFreshThreads(64);
  const figures: KindFigures = { a: new WatchFigures(), both: new WatchFigures() };
  const output = values.jsonl ? new JsonLines(figures) : new Lines(host, figures);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end); // what a cluster sends
  try {
    await lookups(host, performance.now() + length, stop.signal, figures, output);
  } finally {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
  }
  output.close();
  const { a, both } = figures;
  const healthy = a.stalls + both.stalls === 0 && both.summary.failures < both.summary.count;
  return healthy ? 0 : 1;
}
