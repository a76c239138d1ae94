import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import dnsPacket, { type Answer, type Packet } from 'dns-packet';
import { IPV6_NAMESERVERS, NAMESERVERS } from './etc';
import { withoutNumber } from './names';
import type { Nameserver, Setup } from './setup';
import { type Entry, entryAt, replyFor, type Zone, zoneOf } from './zone';

/** What a query was answered with. */
export type Outcome = 'addresses' | 'nodata' | 'nxdomain' | 'servfail' | 'refused' | 'lost';

export interface Query {
  /** Without the number of the set-up. */
  readonly name: string;
  readonly type: string;
  readonly outcome: Outcome;
}

/** One contestant in one set-up, as the nameservers see it. */
export interface Client {
  readonly setup: Setup;
  readonly number: number;
  readonly zone: Zone;
  readonly queries: Query[];
  /** Queries so far, by name and type. */
  readonly counts: Map<string, number>;
}

interface Verdict {
  readonly outcome: Outcome;
  readonly delay: number;
}

const RCODES = { addresses: 0, nodata: 0, servfail: 2, nxdomain: 3, refused: 5 } as const;
const RESPONSE = 0x8180;

const soa: Answer = {
  type: 'SOA',
  name: 'test',
  ttl: 1,
  data: { mname: 'ns.test', rname: 'root.test', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 },
};

function judged(server: Nameserver, entry: Entry | undefined, type: string, isFirst: boolean): Verdict {
  if (server.kind === 'silent') return { outcome: 'lost', delay: 0 };
  if (server.kind !== 'answers') return { outcome: server.kind, delay: server.delay };
  if (entry === undefined) return { outcome: 'nxdomain', delay: server.delay };
  const reply = replyFor(entry, type);
  const outcome = isFirst && reply.first !== undefined ? reply.first : reply.kind;
  const isThere = outcome === 'addresses' || outcome === 'nodata';
  return {
    outcome: isThere && entry.host.dangling ? 'nxdomain' : outcome,
    delay: server.delay + reply.delay,
  };
}

function cnames(name: string, count: number): Answer[] {
  const hop = (i: number) => (i === 0 ? name : `hop-${i}.target.test`);
  return Array.from({ length: count }, (_, i) => ({ type: 'CNAME', name: hop(i), ttl: 1, data: hop(i + 1) }));
}

function message(asked: Packet, name: string, type: 'A' | 'AAAA', outcome: Outcome, entry?: Entry): Buffer {
  const chain = cnames(name, entry?.host.cnames ?? 0);
  const [last] = chain.slice(-1);
  const owner = last?.type === 'CNAME' ? last.data : name;
  const addresses = type === 'A' ? entry?.a : entry?.aaaa;
  const isAnswer = outcome === 'addresses' || outcome === 'nodata' || outcome === 'nxdomain';
  const records: Answer[] =
    outcome === 'addresses' ? (addresses ?? []).map((data) => ({ type, name: owner, ttl: 1, data })) : [];
  return dnsPacket.encode({
    type: 'response',
    id: asked.id ?? 0,
    flags: RESPONSE | (outcome === 'lost' ? 0 : RCODES[outcome]),
    questions: asked.questions ?? [],
    answers: isAnswer ? [...chain, ...records] : [],
    authorities: isAnswer && outcome !== 'addresses' ? [soa] : [],
  });
}

/** The nameservers of all set-ups. They know a contestant by the address that its queries come from. */
export class Nameservers {
  readonly #sockets: Socket[] = [];
  readonly #clients = new Map<string, Client>();

  async listen(): Promise<void> {
    for (const addresses of [NAMESERVERS, IPV6_NAMESERVERS]) {
      for (const [index, address] of addresses.entries()) await this.#bind(index, address);
    }
  }

  async #bind(index: number, address: string): Promise<void> {
    const family = isIPv6(address) ? 6 : 4;
    const socket = createSocket({
      type: `udp${family}`,
      // Without it, every send would ask Node's resolver about a numeric address.
      lookup: (host, _options, callback) => callback(null, host, family),
      recvBufferSize: 1 << 20,
    });
    const listening = once(socket, 'listening');
    socket.bind(53, address);
    await listening;
    socket.on('message', (packet, from) => this.#answer(socket, index, packet, from.address, from.port));
    this.#sockets.push(socket);
  }

  /** Queries from this address now belong to this set-up. */
  expect(address: string, setup: Setup, number: number): Client {
    const client = { setup, number, zone: zoneOf(setup), queries: [], counts: new Map<string, number>() };
    this.#clients.set(address, client);
    return client;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
    this.#sockets.length = 0;
  }

  #answer(socket: Socket, index: number, packet: Buffer, address: string, port: number): void {
    const client = this.#clients.get(address);
    const server = client?.setup.nameservers[index];
    const asked = dnsPacket.decode(packet);
    const [question] = asked.questions ?? [];
    if (client === undefined || server === undefined || question === undefined) return;
    const name = withoutNumber(question.name, client.number);
    if (name === undefined) return;
    const key = `${name}/${question.type}`;
    const count = client.counts.get(key) ?? 0;
    // A server that says nothing of the name does not use up what happens to the first query.
    if (server.kind === 'answers') client.counts.set(key, count + 1);
    const entry = entryAt(client.zone, name);
    const { outcome, delay } = judged(server, entry, question.type, count === 0);
    client.queries.push({ name, type: question.type, outcome });
    if (outcome === 'lost') return;
    const type = question.type === 'AAAA' ? 'AAAA' : 'A';
    const answer = message(asked, question.name, type, outcome, entry);
    const send = () => {
      if (this.#sockets.includes(socket)) socket.send(answer, port, address, () => {});
    };
    if (delay === 0) send();
    else setTimeout(send, delay).unref();
  }
}
