import { duration } from '../../duration';
import { answerOf, type Candidate, type Cell, cellOf, foundAt, type HostEvidence } from '../probing/evidence';

/** One candidate at one server. */
export interface Row {
  readonly name: string;
  readonly server: string;
  readonly a: string;
  readonly aaaa: string;
}

/** `NOERROR 1.0 ms`, `NODATA 0.8 ms`, `no answer`, `TC, TCP ECONNREFUSED`. */
export function cellText(cell: Cell | undefined): string {
  if (cell === undefined || cell.udp.length === 0) return '-';
  const answer = answerOf(cell);
  if (answer === undefined) {
    const error = cell.udp.find((reply) => reply.error !== 'TIMEOUT')?.error;
    return error ?? 'no answer';
  }
  if (answer.truncated) {
    const { tcp } = cell;
    return tcp === undefined
      ? 'TC'
      : `TC, TCP ${tcp.error === 'TIMEOUT' ? 'no answer' : (tcp.error ?? tcp.rcode)}`;
  }
  const what = answer.rcode === 'NOERROR' && answer.addresses.length === 0 ? 'NODATA' : (answer.rcode ?? '');
  return `${answer.transport === 'tcp' ? 'TC, TCP ' : ''}${what} ${duration(answer.ms)}`;
}

function rowsOf(candidate: Candidate): Row[] {
  const servers = [...new Set(candidate.cells.map(({ server }) => server))];
  return servers.map((server) => ({
    name: candidate.name,
    server,
    a: cellText(cellOf(candidate, server, 'A')),
    aaaa: cellText(cellOf(candidate, server, 'AAAA')),
  }));
}

/** What each nameserver says of each name that libc asks for in turn, up to the one that is found. */
export function tableOf(host: HostEvidence): Row[] {
  const found = foundAt(host);
  const walked = found === -1 ? host.candidates : host.candidates.slice(0, found + 1);
  return walked.flatMap(rowsOf).filter(({ a, aaaa }) => a !== '-' || aaaa !== '-');
}
