// A /metrics page for Prometheus, from a resolver's counters and from the channel that every lookup
// publishes to. Its names are those of opentelemetry.mjs, as Prometheus writes them.
import { tracingChannel } from 'node:diagnostics_channel';
import http from 'node:http';
import { Resolver } from 'addrinfo';
import { Counter, Gauge, Histogram, register } from 'prom-client';

const resolver = new Resolver();

const duration = new Histogram({
  name: 'dns_lookup_duration_seconds',
  help: 'Measures the time taken to perform a DNS lookup.',
  // Leave dns_question_name out where a program asks for names without number.
  labelNames: [
    'dns_question_name',
    'error_type',
    'addrinfo_source',
    'addrinfo_attempts',
    'addrinfo_nameserver',
  ],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
});
tracingChannel('addrinfo:lookup').subscribe({
  asyncEnd({ hostname, duration: ms, error, source, attempts, nameserver }) {
    const labels = {
      dns_question_name: hostname,
      ...(error && { error_type: error.code ?? error.name }),
      addrinfo_source: source, // wire, shared or cache
      addrinfo_attempts: attempts, // calls of getaddrinfo, hedges included
      ...(nameserver && { addrinfo_nameserver: nameserver }), // which one answered, where libc tells
    };
    duration.observe(labels, ms / 1000);
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
new Gauge({
  name: 'dns_lookup_hedge_delay_seconds',
  help: 'after which a call is late now',
  collect() {
    const { delay } = resolver.stats().hedge;
    if (delay !== false) this.set(delay / 1000);
  },
});
new Gauge({
  name: 'dns_lookup_hedge_budget',
  help: 'hedges that may be made now',
  collect() {
    this.set(resolver.stats().hedge.budget ?? 0);
  },
});
new Gauge({
  name: 'dns_lookup_nameserver_silent',
  help: '1: the nameserver does not answer while another one does, and is asked last',
  labelNames: ['addrinfo_nameserver'],
  collect() {
    this.reset();
    for (const { address, state } of resolver.stats().nameservers) {
      this.set({ addrinfo_nameserver: address }, state === 'silent' ? 1 : 0);
    }
  },
});
new Counter({
  name: 'dns_lookup_nameserver_answers_total',
  help: 'answers that came from the nameserver',
  labelNames: ['addrinfo_nameserver'],
  collect() {
    this.reset();
    for (const { address, answers } of resolver.stats().nameservers) {
      this.inc({ addrinfo_nameserver: address }, answers);
    }
  },
});

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
