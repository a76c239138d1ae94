import type { Sample } from '../../probe';
import type { Reply } from './question';

/** The replies of one server to one question, A or AAAA of one name. */
export interface Cell {
  readonly server: string;
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  /** Over UDP; with `options use-vc` over TCP. */
  readonly udp: Reply[];
  /** Asked over TCP as well where the answer was truncated. */
  tcp?: Reply;
  /** Without EDNS, where the answer to a question with it did not come, or was FORMERR. */
  plain?: Reply;
}

/** One name of the search path. */
export interface Candidate {
  readonly name: string;
  /** The search domain it comes from; absent for the name as it is. */
  readonly domain?: string;
  /** Server by server, A and AAAA. */
  readonly cells: readonly Cell[];
}

/** What one nameserver said that is about no host in particular. */
export interface ServerEvidence {
  readonly address: string;
  /** NS of the root: any server that can reach the world has it. */
  readonly root: Reply[];
  /** version.bind: any server that runs answers it by itself. */
  version?: Reply;
  /** TCP, with the first host's name. */
  tcp?: Reply;
  /** A of a random name under a search domain, by domain. */
  readonly random: Map<string, Reply[]>;
  /** A of the first host, again and again, slowly. */
  readonly beats: Reply[];
  /** The same within a second, where something was lost and none of those was. */
  readonly burst: Reply[];
}

/** What is known about one host. */
export interface HostEvidence {
  readonly host: string;
  /** `hosts`: the hosts file has it, and libc sends no packet. */
  readonly source: 'dns' | 'hosts';
  readonly candidates: readonly Candidate[];
  /** Its search path, whole; of a long one not all names are candidates. */
  readonly names: readonly string[];
  /** Through libc, of the name as written, in the order in which they were begun. */
  readonly lookups: Sample[];
  /** Lookups that were not made because the queries were used up. */
  skipped: number;
}

/** All that was seen. */
export interface Evidence {
  readonly servers: readonly ServerEvidence[];
  readonly hosts: readonly HostEvidence[];
}

export const isSilent = (reply: Reply): boolean => reply.rcode === undefined;

/** The answer of a cell, the first that came; undefined where none did. */
export function answerOf(cell: Cell): Reply | undefined {
  const udp = cell.udp.find((reply) => !isSilent(reply));
  if (udp?.truncated === true && cell.tcp !== undefined && !isSilent(cell.tcp)) return cell.tcp;
  return udp;
}

/** Whether libc would go on to the next name after this. */
export function goesOn(reply: Reply | undefined): boolean {
  return reply === undefined || reply.rcode !== 'NOERROR' || reply.addresses.length === 0;
}

/** Which candidate has an address, by any server; -1 where none has. */
export function foundAt({ candidates }: HostEvidence): number {
  return candidates.findIndex(({ cells }) =>
    cells.some((cell) => {
      const answer = answerOf(cell);
      return answer !== undefined && (answer.addresses.length > 0 || answer.truncated);
    }),
  );
}

/** The names that libc comes to before it has an answer, and that one; all of them where there is none. */
export function reached(host: HostEvidence): readonly Candidate[] {
  const found = foundAt(host);
  return found === -1 ? host.candidates : host.candidates.slice(0, found + 1);
}

/** The cell of one server, name and type. */
export function cellOf(candidate: Candidate, server: string, type: 'A' | 'AAAA'): Cell | undefined {
  return candidate.cells.find((cell) => cell.server === server && cell.type === type);
}

/** Every reply over UDP that one server owed, about hosts. */
export function hostReplies(server: string, hosts: readonly HostEvidence[]): Reply[] {
  return hosts
    .flatMap(({ candidates }) => candidates)
    .flatMap(({ cells }) => cells)
    .filter((cell) => cell.server === server)
    .flatMap(({ udp }) => udp);
}
