import { createServer, type Server as HttpServer, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { printable } from '../../shared/printable';
import type { Sample } from '../probe';
import { UsageError } from '../usage';
import { packageVersion } from '../version';
import { KINDS, type Kind, type KindFigures } from './figures';
import { Histogram } from './histogram';
import type { Servers } from './servers';

/** Where metrics are served. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `PORT` (then loopback), `IPv4:PORT` or `[IPv6]:PORT`; a name would have to be looked up. */
export function parseAddress(text: string): Address {
  const [, six, four, digits = ''] = /^(?:\[([^\]]+)\]:|([\d.]+):)?(\d{1,5})$/.exec(text) ?? [];
  const host = six ?? four ?? '127.0.0.1';
  const port = Number.parseInt(digits, 10);
  const isAddress = isIP(host) === (six === undefined ? 4 : 6);
  if (!isAddress || !(port >= 0 && port <= 65_535)) {
    throw new UsageError(`--metrics must be PORT, IPv4:PORT or [IPv6]:PORT, got '${printable(text)}'`);
  }
  return { host, port };
}

type Labels = Readonly<Record<string, string>>;

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}{${pairs.join(',')}} ${value}`;
}

function family(name: string, type: string, help: string, samples: readonly string[]): string[] {
  return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples];
}

function histogramSamples(name: string, labels: Labels, { buckets, sum, count }: Histogram): string[] {
  return [
    ...buckets.map((bucket) =>
      sample(`${name}_bucket`, { ...labels, le: String(bucket.bound) }, bucket.count),
    ),
    sample(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
    sample(`${name}_sum`, labels, sum),
    sample(`${name}_count`, labels, count),
  ];
}

/** What a watch has seen, as Prometheus reads it. */
export class Metrics {
  readonly #host: string;
  readonly #figures: KindFigures;
  readonly #servers: Servers;
  readonly #histograms: Readonly<Record<Kind, Histogram>> = {
    a: new Histogram(),
    aaaa: new Histogram(),
    both: new Histogram(),
  };

  constructor(host: string, figures: KindFigures, servers: Servers) {
    this.#host = host;
    this.#figures = figures;
    this.#servers = servers;
  }

  ended(kind: Kind, { ms }: Sample): void {
    this.#histograms[kind].record(ms / 1000);
  }

  get text(): string {
    const host = this.#host;
    const each = (of: (kind: Kind, labels: Labels) => readonly string[]): string[] =>
      KINDS.flatMap((kind) => of(kind, { host, type: kind }));
    const servers = this.#servers.all.flatMap(({ address, types }) =>
      types.map((figures) => ({ labels: { server: address, type: figures.type.toLowerCase() }, figures })),
    );
    const name = 'addrinfo_lookup_duration_seconds';
    const question = 'addrinfo_question_duration_seconds';
    return [
      ...family('addrinfo_watch_info', 'gauge', 'The version of addrinfo.', [
        sample('addrinfo_watch_info', { version: packageVersion() }, 1),
      ]),
      ...family(
        name,
        'histogram',
        'How long lookups through libc took, by what they asked for.',
        each((kind, labels) => histogramSamples(name, labels, this.#histograms[kind])),
      ),
      ...family(
        'addrinfo_lookups_total',
        'counter',
        'Lookups through libc by outcome.',
        each((kind, labels) =>
          Object.entries(this.#figures[kind].summary.outcomes).map(([outcome, count]) =>
            sample('addrinfo_lookups_total', { ...labels, outcome }, count),
          ),
        ),
      ),
      ...family(
        'addrinfo_lookup_stalls_total',
        'counter',
        'Lookups of a second or more that have ended.',
        each((kind, labels) => [
          sample('addrinfo_lookup_stalls_total', labels, this.#figures[kind].endedStalls),
        ]),
      ),
      ...family(
        'addrinfo_lookups_pending',
        'gauge',
        'Lookups that have not come back.',
        each((kind, labels) => [
          sample('addrinfo_lookups_pending', labels, this.#figures[kind].pending.length),
        ]),
      ),
      ...family(
        'addrinfo_lookup_oldest_pending_seconds',
        'gauge',
        'Age of the oldest lookup that has not come back.',
        each((kind, labels) => [
          sample(
            'addrinfo_lookup_oldest_pending_seconds',
            labels,
            (this.#figures[kind].pending[0] ?? 0) / 1000,
          ),
        ]),
      ),
      ...family(
        question,
        'histogram',
        'How long each nameserver took to answer a question, or was waited for.',
        servers.flatMap(({ labels, figures }) => histogramSamples(question, labels, figures.histogram)),
      ),
      ...family(
        'addrinfo_questions_total',
        'counter',
        'Questions to each nameserver by rcode, or by the error where no answer came.',
        servers.flatMap(({ labels, figures }) =>
          [...figures.rcodes].map(([rcode, count]) =>
            sample('addrinfo_questions_total', { ...labels, rcode }, count),
          ),
        ),
      ),
      ...family(
        'addrinfo_question_stalls_total',
        'counter',
        'Questions to each nameserver that took a second or more, or got no answer.',
        servers.map(({ labels, figures }) =>
          sample('addrinfo_question_stalls_total', labels, figures.stalls),
        ),
      ),
      '',
    ].join('\n');
  }
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  response.end(text);
}

/** Serves them under /metrics. */
export function serve(metrics: Metrics, { host, port }: Address): Promise<HttpServer> {
  const server = createServer(({ method, url = '' }, response) => {
    const [path] = url.split('?');
    if (path !== '/metrics') answer(response, 404, 'The metrics are under /metrics.\n');
    else if (method !== 'GET' && method !== 'HEAD') answer(response, 405, 'GET only.\n');
    else answer(response, 200, metrics.text);
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new UsageError(`--metrics: cannot listen: ${error.message}`)));
    server.listen(port, host, () => resolve(server));
  });
}
