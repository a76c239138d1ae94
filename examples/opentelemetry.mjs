// Exports `dns.lookup.duration`, OpenTelemetry's metric for name lookups (semantic conventions, DNS), from
// the channel that every lookup of this package publishes to.
import { tracingChannel } from 'node:diagnostics_channel';
import { metrics } from '@opentelemetry/api';
import {
  ConsoleMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { lookup4 } from 'addrinfo';

// An application has its own provider; this one prints to the console.
const provider = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: new ConsoleMetricExporter() })],
});
metrics.setGlobalMeterProvider(provider);

// Those of the semantic conventions.
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const duration = metrics.getMeter('addrinfo').createHistogram('dns.lookup.duration', {
  unit: 's',
  description: 'Measures the time taken to perform a DNS lookup.',
  advice: { explicitBucketBoundaries: BUCKETS },
});

tracingChannel('addrinfo:lookup').subscribe({
  asyncEnd({ hostname, duration: ms, error, source, attempts, nameserver }) {
    duration.record(ms / 1000, {
      'dns.question.name': hostname,
      ...(error && { 'error.type': error.code ?? error.name }),
      'addrinfo.source': source, // wire, shared or cache
      'addrinfo.attempts': attempts, // calls of getaddrinfo, hedges included
      ...(nameserver && { 'addrinfo.nameserver': nameserver }), // which one answered, where libc tells
    });
  },
});

for (const host of process.argv.slice(2)) {
  await lookup4(host).catch(({ message }) => console.error(message));
}
await provider.shutdown();
