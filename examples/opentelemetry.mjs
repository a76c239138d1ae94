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

const duration = metrics.getMeter('addrinfo').createHistogram('dns.lookup.duration', {
  unit: 's',
  description: 'How long a name lookup took',
  advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
});

tracingChannel('addrinfo:lookup').subscribe({
  asyncEnd({ hostname, duration: ms, error, source, attempts }) {
    duration.record(ms / 1000, {
      'dns.question.name': hostname,
      ...(error && { 'error.type': error.code ?? error.name }),
      'addrinfo.source': source, // wire, shared or cache
      'addrinfo.attempts': attempts,
    });
  },
});

for (const host of process.argv.slice(2)) {
  await lookup4(host).catch(({ message }) => console.error(message));
}
await provider.shutdown();
