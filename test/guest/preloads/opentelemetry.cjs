// @opentelemetry/instrumentation-dns, as a service sets it up. `globalThis.spanNames()` is what it has recorded. With
// DNS_FIRST something else that it loads, an exporter say, requires dns at once.
const { createRequire } = require('node:module');

const load = createRequire(`${process.cwd()}/`);
const { InMemorySpanExporter, SimpleSpanProcessor, BasicTracerProvider } = load(
  '@opentelemetry/sdk-trace-base',
);
const { DnsInstrumentation } = load('@opentelemetry/instrumentation-dns');

const exporter = new InMemorySpanExporter();
const instrumentation = new DnsInstrumentation();
instrumentation.setTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
);
Object.assign(globalThis, {
  spanNames: () => exporter.getFinishedSpans().map((/** @type {{ name: string }} */ { name }) => name),
});
if (process.env['DNS_FIRST'] === '1') load('node:dns');
