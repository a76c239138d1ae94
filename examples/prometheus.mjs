// A /metrics page for Prometheus, from a resolver's counters and from the channel that every lookup
// publishes to.
import { tracingChannel } from 'node:diagnostics_channel';
import http from 'node:http';
import { Resolver } from 'addrinfo';
import { Counter, Gauge, Histogram, register } from 'prom-client';

const resolver = new Resolver();

const seconds = new Histogram({
  name: 'dns_lookup_duration_seconds',
  help: 'How long a name lookup took',
  labelNames: ['source', 'code'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
tracingChannel('addrinfo:lookup').subscribe({
  asyncEnd({ duration, source, error }) {
    seconds.observe({ source, code: error ? (error.code ?? error.name) : 'ok' }, duration / 1000);
  },
});

// Counters and gauges are read when the page is.
const counters = {
  hedged: 'hedges sent',
  hedgeWins: 'answers that came from a hedge',
  coalesced: 'lookups joined',
};
for (const [key, help] of Object.entries(counters)) {
  const name = `dns_lookup_${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_total`;
  new Counter({
    name,
    help,
    collect() {
      this.reset();
      this.inc(resolver.stats()[key]);
    },
  });
}
for (const key of ['queued', 'running', 'abandoned', 'threads']) {
  new Gauge({
    name: `dns_lookup_${key}`,
    help: `${key}, in the shared thread pool`,
    collect() {
      this.set(resolver.stats().threads[key]);
    },
  });
}

const server = http.createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname === '/metrics') {
    response.setHeader('content-type', register.contentType).end(await register.metrics());
    return;
  }
  // Some work to measure: /?host=NAME
  response.end(
    await resolver.lookup4(searchParams.get('host') ?? 'localhost').catch(({ message }) => message),
  );
});
server.listen(Number(process.env.PORT ?? 9464), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/metrics`);
});
