import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6 } from 'node:net';
import dnsPacket, { type Answer, type DecodedPacket } from 'dns-packet';

/** What a server does with one question. */
interface Behaviour {
  /** The records, or the rcode of the failure; undefined: no answer. */
  readonly answer: (name: string, type: string, count: number) => readonly string[] | Rcode | undefined;
  /** ms to each answer. */
  readonly delay?: number;
  /** ms to the answers about one name. */
  readonly delayOf?: (name: string) => number;
  /** FORMERR to each question with EDNS, as old servers answer. */
  readonly noEdns?: boolean;
  /** ms to every fifth answer of a kind. */
  readonly fifthDelay?: number;
  /** UDP answers above so many bytes are lost on the way. */
  readonly loseAbove?: number;
  /** Questions a second; those beyond get no answer. */
  readonly limit?: number;
  /** What TCP gets: the same, nothing, or a closed port. */
  readonly tcp?: 'same' | 'silent' | 'closed';
}

type Rcode = 'FORMERR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
const RCODES: Readonly<Record<Rcode, number>> = { FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

const isAddress = (type: string): boolean => type === 'A' || type === 'AAAA';
const many = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `10.9.${n >> 8}.${n & 255}`);
const forA = (type: string, addresses: readonly string[]): readonly string[] =>
  type === 'A' ? addresses : [];
const root = (type: string): readonly string[] | undefined =>
  type === 'NS' ? ['a.root-servers.net'] : undefined;

/** A server by what is wrong with it. */
const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  /** Answers everything. */
  well: { answer: (_name, type) => root(type) ?? forA(type, ['10.53.0.1']) },
  /** Takes packets and says nothing. */
  silent: { answer: () => undefined, tcp: 'silent' },
  refuses: { answer: () => 'REFUSED' },
  servfail: { answer: () => 'SERVFAIL' },
  /** A forwarder whose upstream is gone: only what it knows by itself is answered. */
  'upstream-dead': { answer: (name) => (name.endsWith('bind') ? [] : undefined) },
  'upstream-servfail': { answer: (name) => (name.endsWith('bind') ? [] : 'SERVFAIL') },
  /** A cluster's server: its own zone is well, the world beyond is not. */
  'cluster-only': {
    answer: (name, type) =>
      name.endsWith('cluster.local')
        ? /^(?:redis|kubernetes)\.default\.svc\./.test(name)
          ? forA(type, ['10.96.0.5'])
          : 'NXDOMAIN'
        : undefined,
  },
  /** Everything in the wild zone has an address. */
  wildcard: {
    answer: (name, type) =>
      root(type) ?? (name.endsWith('wild.test') ? forA(type, ['10.66.6.6']) : forA(type, ['10.53.0.1'])),
  },
  /** The same with another address of one network each time. */
  'wildcard-rotating': {
    answer: (name, type) =>
      root(type) ??
      forA(type, name.endsWith('wild.test') ? [`10.66.6.${1 + randomInt(250)}`] : ['10.53.0.1']),
  },
  'wildcard-aaaa': {
    answer: (name, type) =>
      root(type) ??
      (name.endsWith('wild.test') ? (type === 'AAAA' ? ['fd66::6'] : []) : forA(type, ['10.53.0.1'])),
  },
  /** Beside the wildcard it knows nothing. */
  'wildcard-alone': {
    answer: (name, type) =>
      root(type) ?? (name.endsWith('wild.test') ? forA(type, ['10.66.6.6']) : 'NXDOMAIN'),
  },
  'no-edns': { answer: (_name, type) => root(type) ?? forA(type, ['10.53.0.1']), noEdns: true },
  /** The short name, asked as it is, is answered late; in the search domain it is found. */
  'as-is-slow': {
    answer: (name, type) =>
      root(type) ?? (name === 'redis.default.svc.cluster.local' ? forA(type, ['10.96.0.5']) : 'NXDOMAIN'),
    delayOf: (name) => (name === 'redis.default' ? 900 : 0),
  },
  'as-is-dead': {
    answer: (name, type) =>
      root(type) ??
      (name === 'redis.default'
        ? undefined
        : name === 'redis.default.svc.cluster.local'
          ? forA(type, ['10.96.0.5'])
          : 'NXDOMAIN'),
  },
  /** The names of the zone dead.test are not answered. */
  'dead-zone': {
    answer: (name, type) =>
      root(type) ?? (name.endsWith('dead.test') ? undefined : forA(type, ['10.53.0.1'])),
  },
  'slow-1300': { answer: (_name, type) => root(type) ?? forA(type, ['10.53.0.1']), delay: 1300 },
  'slow-400': { answer: (_name, type) => root(type) ?? forA(type, ['10.53.0.1']), delay: 400 },
  /** One of many addresses of one network at a time, as content networks do. */
  rotating: {
    answer: (_name, type, count) =>
      root(type) ?? forA(type, [`10.20.${count % 7}.${(count * 37) % 251}`, `10.20.9.${(count * 11) % 251}`]),
  },
  /** The same from a network far away. */
  'rotating-wide': {
    answer: (_name, type, count) =>
      root(type) ?? forA(type, [`${10 + (count % 13)}.7.1.${(count * 37) % 251}`]),
  },
  'limit-8': { answer: (_name, type) => root(type) ?? forA(type, ['10.53.0.1']), limit: 8 },
  'limit-20': { answer: (_name, type) => root(type) ?? forA(type, ['10.53.0.1']), limit: 20 },
  'many-tcp-closed': { answer: (_name, type) => root(type) ?? forA(type, many(60)), tcp: 'closed' },
  'many-tcp-silent': { answer: (_name, type) => root(type) ?? forA(type, many(60)), tcp: 'silent' },
  'many-well': { answer: (_name, type) => root(type) ?? forA(type, many(60)) },
  'big-lost': { answer: (_name, type) => root(type) ?? forA(type, many(40)), loseAbove: 600 },
  'aaaa-silent': {
    answer: (_name, type) => root(type) ?? (type === 'AAAA' ? undefined : forA(type, ['10.53.0.1'])),
  },
  /** One of the servers behind it is slow. */
  'sometimes-slow': {
    answer: (_name, type) => root(type) ?? forA(type, ['10.53.0.1']),
    fifthDelay: 2000,
  },
  /** In a cluster: names outside have an A record, and AAAA is never answered for them. */
  'cluster-aaaa-silent': {
    answer: (name, type) =>
      root(type) ??
      (name.endsWith('cluster.local') ? 'NXDOMAIN' : type === 'AAAA' ? undefined : ['10.20.30.40']),
  },
  'a-only': { answer: (_name, type) => root(type) ?? forA(type, ['10.1.2.3']) },
  'aaaa-nxdomain': {
    answer: (name, type) =>
      root(type) ?? (name.startsWith('www.test') ? (type === 'A' ? ['10.1.2.3'] : 'NXDOMAIN') : 'NXDOMAIN'),
  },
  stale: { answer: (_name, type) => root(type) ?? forA(type, ['10.9.9.9']) },
  'cluster-servfail': {
    answer: (name, type) =>
      name.endsWith('cluster.local')
        ? /^(?:redis|kubernetes)\.default\.svc\./.test(name)
          ? forA(type, ['10.96.0.5'])
          : 'NXDOMAIN'
        : 'SERVFAIL',
  },
  /** A company's server: its own zone, and no way to the internet. */
  'corp-zone': {
    answer: (name, type) =>
      name.endsWith('corp.local')
        ? name === 'db.corp.local'
          ? forA(type, ['10.3.3.3'])
          : 'NXDOMAIN'
        : 'SERVFAIL',
  },
  'no-root': { answer: (_name, type) => (type === 'NS' ? undefined : forA(type, ['10.53.0.1'])) },
  /** The names of the zone dead.test do not exist; those of `slow-zone` after 900 ms. */
  'dead-nx': {
    answer: (name, type) =>
      root(type) ?? (name.endsWith('dead.test') ? 'NXDOMAIN' : forA(type, ['10.53.0.1'])),
  },
  'slow-zone': {
    answer: (name, type) =>
      root(type) ?? (name.endsWith('dead.test') ? 'NXDOMAIN' : forA(type, ['10.53.0.1'])),
    delayOf: (name) => (name.endsWith('dead.test') ? 900 : 0),
  },
  'refuses-names': { answer: (_name, type) => root(type) ?? 'REFUSED' },
  'servfail-names': { answer: (_name, type) => root(type) ?? 'SERVFAIL' },
  'aaaa-servfail': {
    answer: (_name, type) => root(type) ?? (type === 'AAAA' ? 'SERVFAIL' : ['10.53.0.1']),
  },
  'flip-nx': {
    answer: (_name, type) => root(type) ?? (Math.random() < 0.5 ? 'NXDOMAIN' : forA(type, ['10.53.0.1'])),
  },
  'pod-150': {
    answer: (name, type) =>
      root(type) ?? (name.endsWith('cluster.local') ? 'NXDOMAIN' : forA(type, ['10.53.0.1'])),
    delay: 150,
  },
  'wild-dead': { answer: (name) => (name.endsWith('wild.test') ? ['10.66.6.6'] : undefined) },
  'knows-nothing': { answer: (_name, type) => root(type) ?? 'NXDOMAIN' },
};

const TRUNCATED = 0x0200;

function encoded(query: DecodedPacket, answer: readonly string[] | Rcode, limit: number): Buffer {
  const question = query.questions?.[0];
  const common = { type: 'response', id: query.id ?? 0, questions: query.questions ?? [] } as const;
  if (typeof answer === 'string') return dnsPacket.encode({ ...common, flags: 0x80 | RCODES[answer] });
  const name = question?.name ?? '.';
  const answers = answer.map((data): Answer => {
    if (question?.type === 'A') return { type: 'A', name, ttl: 1, data };
    if (question?.type === 'AAAA') return { type: 'AAAA', name, ttl: 1, data };
    return { type: 'NS', name, ttl: 1, data };
  });
  const message = dnsPacket.encode({ ...common, flags: 0x80, answers });
  return message.length <= limit ? message : dnsPacket.encode({ ...common, flags: 0x80 | TRUNCATED });
}

function ednsSize({ additionals }: DecodedPacket): number {
  const opt = additionals?.find(({ type }) => type === 'OPT');
  return opt?.type === 'OPT' ? opt.udpPayloadSize : 512;
}

/** Starts one on port 53 of this address. `log` is told each question. */
export async function startSpecialServer(
  address: string,
  kind: string,
  log: (name: string, type: string, transport: 'udp' | 'tcp') => void,
): Promise<void> {
  const behaviour = BEHAVIOURS[kind];
  if (behaviour === undefined) throw new Error(`no server of the kind ${kind}`);
  const counts = new Map<string, number>();
  const recent: number[] = [];
  function answerTo(query: DecodedPacket, transport: 'udp' | 'tcp'): readonly string[] | Rcode | undefined {
    const { name = '', type = '' } = query.questions?.[0] ?? {};
    log(name, type, transport);
    const now = performance.now();
    while (recent[0] !== undefined && recent[0] < now - 1000) recent.shift();
    recent.push(now);
    if (behaviour?.limit !== undefined && recent.length > behaviour.limit) return undefined;
    const key = `${name}/${type}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (!isAddress(type) && type !== 'NS')
      return name === 'version.bind' ? behaviour?.answer(name, type, count) : [];
    const hasEdns = query.additionals?.some((record) => record.type === 'OPT');
    if (behaviour?.noEdns === true && hasEdns === true) return 'FORMERR';
    return behaviour?.answer(name.toLowerCase(), type, count);
  }
  const later = (query: DecodedPacket, send: () => void): void => {
    const { name = '', type = '' } = query.questions?.[0] ?? {};
    const isFifth = (counts.get(`${name}/${type}`) ?? 0) % 5 === 0;
    setTimeout(
      send,
      (isFifth ? behaviour.fifthDelay : undefined) ?? behaviour.delayOf?.(name) ?? behaviour.delay ?? 0,
    );
  };
  const udp = createSocket({
    type: isIPv6(address) ? 'udp6' : 'udp4',
    lookup: (host, _options, callback) => callback(null, host, isIPv6(host) ? 6 : 4),
  });
  const bound = once(udp, 'listening');
  udp.bind(53, address);
  await bound;
  udp.on('message', (message, from) => {
    const query = dnsPacket.decode(message);
    const answer = answerTo(query, 'udp');
    if (answer === undefined) return;
    const bytes = encoded(query, answer, Math.max(512, ednsSize(query)));
    if (behaviour.loseAbove !== undefined && bytes.length > behaviour.loseAbove) return;
    later(query, () => udp.send(bytes, from.port, from.address));
  });
  if (behaviour.tcp === 'closed') return;
  const tcp = createServer((connection) => {
    connection.on('error', () => connection.destroy());
    let received = Buffer.alloc(0);
    connection.on('data', (data: Buffer) => {
      if (behaviour.tcp === 'silent') return;
      received = Buffer.concat([received, data]);
      // libc sends A and AAAA together.
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const query = dnsPacket.decode(received.subarray(2, end));
        received = received.subarray(end);
        const answer = answerTo(query, 'tcp');
        if (answer === undefined) continue;
        const bytes = encoded(query, answer, 65_535);
        const length = Buffer.alloc(2);
        length.writeUInt16BE(bytes.length);
        later(query, () => connection.write(Buffer.concat([length, bytes])));
      }
    });
  });
  tcp.listen(53, address);
  await once(tcp, 'listening');
}
