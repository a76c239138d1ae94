import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { candidates } from '../facts/resolver-config';
import { isAnsweredByHosts } from '../facts/system';
import {
  type Candidate,
  type Cell,
  type Evidence,
  foundAt,
  type HostEvidence,
  isSilent,
  type ServerEvidence,
} from './evidence';
import type { Question, Reply } from './question';
import type { Session } from './session';

/** More candidates than these are not asked for; resolv.conf's search list may be of any length. */
const MAX_CANDIDATES = 12;

/** Own questions in all, at most: the rest of the budget is for lookups. */
const MAX_QUESTIONS = 200;

/** When a question without answer is asked again, ms after it: one lost packet is no dead server. */
const RETRIES = [1200, 2500];

/** The size of UDP answers that libc announces with `options edns0`. */
const EDNS_SIZE = 1232;

/** A host and its search path, of which nothing is known yet. */
export function newHost(host: string, session: Session): HostEvidence {
  const { config, libc } = session.system;
  const asIs = `${host.replace(/\.$/, '')}.`;
  const all = candidates(host, config, libc);
  const names = all.filter((name, at) => at < MAX_CANDIDATES || name === asIs);
  // With it libc asks for no AAAA, so that nothing can be wrong with one.
  const types = config.options.includes('no-aaaa') ? (['A'] as const) : (['A', 'AAAA'] as const);
  return {
    host,
    source: isAnsweredByHosts(host, session.system) ? 'hosts' : 'dns',
    names: all,
    candidates: names.map((name): Candidate => {
      const cells = config.nameservers.flatMap((server) =>
        types.map((type): Cell => ({ server, name, type, udp: [] })),
      );
      return name === asIs ? { name, cells } : { name, cells, domain: name.slice(asIs.length) };
    }),
    lookups: [],
    skipped: 0,
  };
}

/** A server of which nothing is known yet. */
export function newServer(address: string): ServerEvidence {
  return { address, root: [], random: new Map(), beats: [], burst: [] };
}

/** Asks, and again while there is no answer: all replies that came by the first answer. */
async function askUntilAnswered(question: Question, into: Reply[], session: Session): Promise<void> {
  let answered = false;
  let tell = (): void => {};
  const answer = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const once = async (): Promise<void> => {
    const reply = await session.ask(question);
    if (reply === undefined) return;
    into.push(reply);
    if (isSilent(reply)) return;
    answered = true;
    tell();
  };
  const begun = performance.now();
  const out = [once()];
  for (const at of RETRIES) {
    const wait = sleep(Math.max(0, begun + at - performance.now()), undefined, { signal: session.signal });
    await Promise.race([answer, Promise.all(out), wait.catch(() => {})]);
    if (answered || session.signal.aborted || session.budget.spent > MAX_QUESTIONS) break;
    out.push(once());
  }
  await Promise.race([answer, Promise.all(out)]);
}

/** With `options use-vc` libc asks over TCP alone. */
function transportOf({ system }: Session): Pick<Question, 'transport'> {
  return system.config.options.includes('use-vc') ? { transport: 'tcp' } : {};
}

async function askCell(cell: Cell, session: Session): Promise<void> {
  const { server, name, type } = cell;
  const { config } = session.system;
  const edns = config.options.includes('edns0') ? { edns: EDNS_SIZE } : {};
  const question: Question = { server, name, type, ...edns, ...transportOf(session) };
  await askUntilAnswered(question, cell.udp, session);
  // As glibc does: EDNS is more than this server knows.
  if (cell.udp.some(({ rcode }) => rcode === 'FORMERR') && config.options.includes('edns0')) {
    const plain = await session.ask({ server, name, type });
    if (plain !== undefined) {
      cell.plain = plain;
      cell.udp.splice(0, cell.udp.length, plain);
    }
  }
  const answered = cell.udp.find((reply) => !isSilent(reply));
  if (answered?.truncated === true) await askOverTcp(cell, question, session);
  if (answered === undefined && config.options.includes('edns0')) {
    const plain = await session.ask({ server, name, type });
    if (plain !== undefined) cell.plain = plain;
  }
}

async function askOverTcp(cell: Cell, question: Question, session: Session): Promise<void> {
  const tcp = await session.ask({ ...question, transport: 'tcp' }, 3000);
  if (tcp !== undefined) cell.tcp = tcp;
}

function randomName(domain: string): string {
  return `addrinfo-${randomBytes(6).toString('hex')}.${domain}`;
}

async function askRandom(server: ServerEvidence, domain: string, session: Session): Promise<void> {
  if (server.random.has(domain)) return;
  const replies: Reply[] = [];
  server.random.set(domain, replies);
  const question: Question = {
    server: server.address,
    name: randomName(domain),
    type: 'A',
    ...transportOf(session),
  };
  await askUntilAnswered(question, replies, session);
  if (!replies.some(({ rcode, addresses }) => rcode === 'NOERROR' && addresses.length === 0)) return;
  // The name exists, without an IPv4 address: a wildcard may be of IPv6 alone.
  const six = await session.ask({ ...question, type: 'AAAA' });
  if (six !== undefined) replies.push(six);
}

async function askControls(server: ServerEvidence, session: Session): Promise<void> {
  const { address } = server;
  const [domain] = session.system.config.search;
  const root: Question = { server: address, name: '.', type: 'NS', ...transportOf(session) };
  const work = [askUntilAnswered(root, server.root, session)];
  if (domain !== undefined) work.push(askRandom(server, asDomain(domain), session));
  await Promise.all(work);
  // Over UDP, always.
  if (server.root.every(isSilent)) {
    const question: Question = { server: address, name: 'version.bind.', type: 'TXT', class: 'CH' };
    const version = await session.ask(question, 1500);
    if (version !== undefined) server.version = version;
  }
}

const asDomain = (domain: string): string => `${domain.replace(/^\.|\.$/g, '')}.`.replace(/^\.$/, '');

/** Domains whose names were answered, or not, or late: a random name tells whether it is the domain. */
function suspects(hosts: readonly HostEvidence[], server: string): string[] {
  return hosts.flatMap(({ candidates }) =>
    candidates.flatMap(({ domain, cells }) => {
      if (domain === undefined) return [];
      const replies = cells.filter((cell) => cell.server === server).flatMap(({ udp }) => udp);
      const odd = replies.some((reply) => isSilent(reply) || reply.ms > 200 || reply.addresses.length > 0);
      return odd ? [domain] : [];
    }),
  );
}

/** Asks each server for each name of each search path, and the control questions. */
export async function askMatrix({ servers, hosts }: Evidence, session: Session): Promise<void> {
  const work: Promise<void>[] = [];
  for (const server of servers) work.push(askControls(server, session));
  for (const host of hosts) {
    for (const candidate of host.candidates) {
      for (const cell of candidate.cells) work.push(askCell(cell, session));
    }
  }
  await Promise.all(work);
  const random = servers.flatMap((server) =>
    [...new Set(suspects(hosts, server.address))].map((domain) => askRandom(server, domain, session)),
  );
  await Promise.all([...random, ...repeats(hosts, servers, session)]);
}

/** Servers that give one name different addresses are asked again: addresses may rotate. */
function repeats(
  hosts: readonly HostEvidence[],
  servers: readonly ServerEvidence[],
  session: Session,
): Promise<void>[] {
  if (servers.length < 2) return [];
  return hosts.flatMap((host) => {
    const cells = host.candidates[foundAt(host)]?.cells.filter(({ type }) => type === 'A') ?? [];
    const answers = cells.map(({ udp }) =>
      udp
        .find((reply) => !isSilent(reply))
        ?.addresses.toSorted()
        .join(),
    );
    if (new Set(answers.filter((answer) => answer !== undefined)).size < 2) return [];
    return cells.map(async (cell) => {
      for (let again = 0; again < 3 && !session.signal.aborted; again += 1) {
        await sleep(250);
        const reply = await session.ask({ server: cell.server, name: cell.name, type: 'A' });
        if (reply !== undefined) cell.udp.push(reply);
      }
    });
  });
}

/** How many questions the quiet phase asks of each server, and ms from one to the next. */
const BEATS = { count: 12, every: 400 };

/** Asks slowly: what was lost because the doctor asked too fast is not lost now. */
export async function askSlowly({ servers, hosts }: Evidence, session: Session): Promise<void> {
  const [first] = hosts;
  const candidate = first?.candidates[Math.max(0, foundAt(first))];
  if (candidate === undefined) return;
  await Promise.all(
    servers.map(async ({ address, beats }) => {
      const out: Promise<void>[] = [];
      for (let at = 0; at < BEATS.count && !session.signal.aborted; at += 1) {
        out.push(
          session
            .ask({ server: address, name: candidate.name, type: 'A', ...transportOf(session) })
            .then((reply) => {
              if (reply !== undefined) beats.push(reply);
            }),
        );
        await sleep(BEATS.every, undefined, { signal: session.signal }).catch(() => {});
      }
      await Promise.all(out);
    }),
  );
}

/** How many questions within a second: below the promise of twenty. */
const BURST = 15;
const SECOND = 1000;
/** ms; of a server that is near an answer takes less. */
const BURST_PATIENCE = 2000;

/** Asks quickly those that lost nothing when asked slowly: a server that limits its rate drops most of it. */
export async function askQuickly({ servers, hosts }: Evidence, session: Session): Promise<void> {
  const [first] = hosts;
  const candidate = first?.candidates[Math.max(0, foundAt(first))];
  const calm = servers.filter(({ beats }) => beats.length > 0 && !beats.some(isSilent));
  if (candidate === undefined || calm.length === 0) return;
  const pause = (): Promise<void> => sleep(SECOND, undefined, { signal: session.signal }).catch(() => {});
  // What was asked before and what is asked later must not count into the same second.
  await pause();
  await Promise.all(
    calm.flatMap(({ address, burst }) =>
      Array.from({ length: BURST }, async () => {
        const question: Question = {
          server: address,
          name: candidate.name,
          type: 'A',
          ...transportOf(session),
        };
        const reply = await session.askAtOnce(question, BURST_PATIENCE);
        if (reply !== undefined) burst.push(reply);
      }),
    ),
  );
  await pause();
}
