import { printableJson } from '../../../shared/printable';
import { type Examination, headline, remediesOf } from './examination';

/** Grows by one when a field is taken away or changes its meaning; new fields do not change it. */
const SCHEMA = 1;

// Microseconds: beyond them is noise.
function rounded(this: unknown, _key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}

/** The report for a machine: docs/doctor.md describes it. */
export function jsonReport(examination: Examination, exitCode: number): string {
  const { version, startedAt, duration, interrupted, queries, wait, checks, hosts } = examination;
  const { status, sentence } = headline(examination);
  const first = Math.min(...hosts.flatMap(({ samples }) => samples.map(({ at }) => at)));
  const document = {
    schema: SCHEMA,
    addrinfo: version,
    node: process.version,
    platform: process.platform,
    startedAt: startedAt.toISOString(),
    duration,
    interrupted,
    queries,
    firstWait: wait,
    status,
    verdict: sentence,
    exitCode,
    checks,
    hosts: hosts.map(({ target, verdict, a, aaaa, both, samples, skipped }) => ({
      host: target.host,
      probedName: target.name,
      source: target.source,
      tried: target.tried,
      verdict: verdict.id,
      status: verdict.status,
      message: verdict.message,
      a,
      aaaa,
      both,
      skipped,
      samples: samples.map((sample) => ({ ...sample, at: sample.at - first })),
    })),
    remedies: remediesOf(examination),
  };
  return `${printableJson(document, rounded)}\n`;
}
