import dns from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import type { LookupFunction } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startDnsServer } from '../../test/support/dns-server/dns-server';
import { CONTENDERS, type Contender } from '../contenders';
import { Failures, Latencies, type Measurement } from '../measurement';
import { countQueries, type Scenario } from '../scenario';

/** ms between two requests. */
const INTERVAL = 20;
/** ms for which requests may go on after the last was started. */
const PATIENCE = 5000;

const resolve4: LookupFunction = (hostname, { all }, callback) => {
  dns.resolve4(hostname, (error, addresses) => {
    const [first = ''] = addresses ?? [];
    if (error) callback(error, '');
    else if (all)
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
    else callback(null, first, 4);
  });
};

/** What a program that resolves names in this way says in its requests. */
function optionsOf(contender: Contender): http.RequestOptions {
  if (contender === CONTENDERS['dns-lookup-4']) return { family: 4 };
  return contender === CONTENDERS['dns-resolve4'] ? { lookup: resolve4 } : {};
}

/** Requests with a new connection each, started at an even pace. */
async function request(
  count: number,
  name: (number: number) => string,
  requestOptions: http.RequestOptions,
): Promise<Measurement> {
  const latencies = new Latencies();
  const failures = new Failures();
  /** When each that is not finished was started. */
  const open = new Map<number, number>();
  const closed = Array.from({ length: count }, async (_, number) => {
    await delay(number * INTERVAL);
    const begun = performance.now();
    open.set(number, begun);
    const done = (error?: unknown): void => {
      if (!open.delete(number)) return;
      latencies.record(performance.now() - begun);
      if (error) failures.add(error);
    };
    const options = { ...requestOptions, host: name(number), agent: false };
    await new Promise((resolve) => {
      http
        .get(options, (response) => response.resume().on('end', done))
        .on('error', done)
        .on('close', resolve);
    });
  });
  await Promise.race([Promise.all(closed), delay(count * INTERVAL + PATIENCE)]);
  for (const begun of open.values()) latencies.record(performance.now() - begun);
  return {
    numbers: { lookups: latencies.count, open: open.size, ...latencies.numbers() },
    latencies: latencies.encode(),
    failed: failures.byCode(),
  };
}

export const service: Scenario = {
  title: 'A service: 50 requests a second, 5 % loss',
  shows:
    'An HTTP client that opens a connection for each request, to a name whose packets are lost by chance.',
  server: 'none',
  ownNetwork: true,
  contenders: ['dns-lookup', 'dns-lookup-4', 'dns-resolve4', 'register', 'register-unhedged'],
  quickContenders: ['dns-lookup', 'register'],
  quickRounds: 1,
  processes: { full: 1, quick: 1 },
  metrics: ['p95', 'p50', 'p99', 'max', 'open', 'packets'],
  plot: 'percentiles',
  note:
    'Times are those of whole requests. dns.lookup stalls for longer than it has threads for: its lookups pile up. ' +
    'Requests that were not finished 5 s after the last one was started count with the time that they had taken by then.',
  async measure(_, { contender, quick, unique }) {
    const dnsServer = await startDnsServer({ directives: 'a-127-0-0-1.delay-2' });
    const server = http.createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the HTTP server has no port');
    const options = { ...optionsOf(contender), port: address.port };
    await request(100, (number) => `u-warm-${number}-${unique}.test`, options);
    dnsServer.impose('a-127-0-0-1.delay-2.loss-5');
    return countQueries([dnsServer], () =>
      request(quick ? 400 : 1000, (number) => `u-${number}-${unique}.test`, options),
    );
  },
};
