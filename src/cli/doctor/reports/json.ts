import { printableJson } from '../../../shared/printable';
import { answerOf, foundAt, type HostEvidence, isSilent, type ServerEvidence } from '../probing/evidence';
import { isFault } from '../verdicts/finding';
import { kindsOf } from '../verdicts/symptoms';
import { type Examination, headline, remediesOf } from './examination';

/** Grows by one when a field is taken away or changes its meaning; new fields do not change it. */
const SCHEMA = 1;

// Microseconds: beyond them is noise.
function rounded(this: unknown, _key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}

function cells({ candidates }: HostEvidence) {
  return candidates.flatMap((candidate) =>
    candidate.cells
      .filter(({ udp }) => udp.length > 0)
      .map((cell) => {
        const answer = answerOf(cell);
        const error = cell.udp.findLast((reply) => reply.error !== undefined)?.error;
        return {
          name: cell.name,
          server: cell.server,
          type: cell.type,
          rcode: answer?.rcode ?? null,
          ...(answer === undefined && error !== undefined ? { error } : {}),
          ms: answer?.ms ?? null,
          addresses: answer?.addresses ?? [],
          truncated: cell.udp.some(({ truncated }) => truncated),
          questions: cell.udp.length,
          unanswered: cell.udp.filter(isSilent).length,
          ...(cell.tcp === undefined ? {} : { tcp: cell.tcp.rcode ?? cell.tcp.error }),
        };
      }),
  );
}

function hostDocument(host: HostEvidence, { wait, diagnoses }: Examination) {
  const own = diagnoses.hosts.find((diagnosis) => diagnosis.host === host.host);
  const troubled = own ?? diagnoses.servers.find((diagnosis) => diagnosis.host === host.host);
  const found = foundAt(host);
  const first = host.lookups[0]?.at ?? 0;
  const asked = found === -1 ? host.candidates : host.candidates.slice(0, found + 1);
  return {
    host: host.host,
    source: host.source === 'hosts' ? 'hosts' : found === -1 ? 'none' : 'dns',
    probedName: host.candidates[found]?.name ?? host.host,
    tried: host.source === 'hosts' ? [] : asked.map(({ name }) => name),
    cause: troubled !== undefined && isFault(troubled) ? troubled.id : null,
    status: troubled?.status ?? (host.lookups.length === 0 ? 'skip' : 'ok'),
    message: troubled?.message ?? '',
    answers: cells(host),
    ...kindsOf(host, wait),
    skipped: host.skipped,
    samples: host.lookups.map((sample) => ({ ...sample, at: sample.at - first })),
  };
}

function serverDocument({ address, root, random }: ServerEvidence, { diagnoses }: Examination) {
  const state = diagnoses.states.find((each) => each.address === address);
  return {
    address,
    state: state?.kind ?? 'unknown',
    ms: state?.ms ?? null,
    root: root.find((reply) => !isSilent(reply))?.rcode ?? null,
    randomNames: [...random].map(([domain, replies]) => {
      const answer = replies.find((reply) => !isSilent(reply));
      return { domain, rcode: answer?.rcode ?? null, addresses: answer?.addresses ?? [] };
    }),
  };
}

/** The report for a machine: docs/doctor.schema.json describes it. */
export function jsonReport(examination: Examination, exitCode: number): string {
  const { version, startedAt, duration, interrupted, queries, wait, checks, evidence } = examination;
  const { status, sentence, cause } = headline(examination);
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
    cause,
    verdict: sentence,
    exitCode,
    checks,
    nameservers: evidence.servers.map((server) => serverDocument(server, examination)),
    hosts: evidence.hosts.map((host) => hostDocument(host, examination)),
    remedies: remediesOf(examination),
  };
  return `${printableJson(document, rounded)}\n`;
}
