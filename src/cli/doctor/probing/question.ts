import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createConnection, isIPv6 } from 'node:net';
import dnsPacket, { type DecodedPacket, type Packet } from 'dns-packet';

export type Transport = 'udp' | 'tcp';

/** One question to one nameserver. */
export interface Question {
  readonly server: string;
  /** In full, with or without its trailing dot. */
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'NS' | 'TXT';
  /** CH is for version.bind, which a server answers by itself. */
  readonly class?: 'IN' | 'CH';
  readonly transport?: Transport;
  /** The size of answers it takes over UDP; without it 512 bytes, and no EDNS. */
  readonly edns?: number;
}

/** What came back, if anything did. */
export interface Reply {
  readonly server: string;
  readonly name: string;
  readonly type: Question['type'];
  readonly transport: Transport;
  /** When it was asked: ms, `performance.now()`. */
  readonly at: number;
  readonly ms: number;
  /** NOERROR, NXDOMAIN, SERVFAIL ...; absent where there was no answer. */
  readonly rcode?: string;
  /** Why there was none: TIMEOUT, or the code of the socket's error. */
  readonly error?: string;
  readonly addresses: readonly string[];
  readonly truncated: boolean;
}

/** Long enough to tell a slow server from one that is silent. */
export const PATIENCE = 5000;

const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
const TRUNCATED = 0x0200;
const PORT = 53;

function encoded({ name, type, class: qclass = 'IN', edns }: Question, id: number): Buffer {
  const packet: Packet = {
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name: name === '.' ? '.' : name.replace(/\.$/, ''), type, class: qclass }],
  };
  if (edns !== undefined) {
    const none = { extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] };
    packet.additionals = [{ type: 'OPT', name: '.', udpPayloadSize: edns, ...none }];
  }
  return dnsPacket.encode(packet);
}

function answersThis({ name }: Question, id: number, packet: DecodedPacket): boolean {
  const asked = packet.questions?.[0]?.name ?? '';
  const plain = (text: string): string => text.toLowerCase().replace(/\.$/, '');
  // A server that cannot read the question need not repeat it.
  return packet.id === id && (packet.questions?.length === 0 || plain(asked) === plain(name));
}

type Came = Pick<Reply, 'rcode' | 'error' | 'addresses' | 'truncated'>;

const failed = (error: string): Came => ({ error, addresses: [], truncated: false });

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'ERROR';
}

/** undefined: not the answer to this question, so the wait goes on. */
function read(question: Question, id: number, message: Buffer): Came | undefined {
  let packet: DecodedPacket;
  try {
    packet = dnsPacket.decode(message);
  } catch {
    return message.length >= 2 && message.readUInt16BE(0) === id ? failed('EBADRESP') : undefined;
  }
  if (!answersThis(question, id, packet)) return undefined;
  const flags = packet.flags ?? 0;
  const addresses = (packet.answers ?? []).flatMap((answer) =>
    answer.type === 'A' || answer.type === 'AAAA' ? [answer.data] : [],
  );
  return {
    rcode: RCODES[flags & 15] ?? `RCODE${flags & 15}`,
    addresses,
    truncated: (flags & TRUNCATED) !== 0,
  };
}

type Done = (came: Came) => void;

function overUdp(question: Question, id: number, done: Done): () => void {
  const { server } = question;
  const six = isIPv6(server.replace(/%.*/, ''));
  const socket = createSocket({
    type: six ? 'udp6' : 'udp4',
    // The server is an address: nobody is to be asked for it.
    lookup: (host, _options, callback) => callback(null, host, six ? 6 : 4),
  });
  socket.on('error', (error) => done(failed(codeOf(error))));
  socket.on('message', (message) => {
    const came = read(question, id, message);
    if (came !== undefined) done(came);
  });
  // Connected: a closed port, or a host that cannot be reached, is told to this socket alone.
  socket.on('connect', () => socket.send(encoded(question, id)));
  socket.connect(PORT, server);
  return () => socket.close();
}

function overTcp(question: Question, id: number, done: Done): () => void {
  const connection = createConnection({ host: question.server, port: PORT, noDelay: true });
  let received = Buffer.alloc(0);
  connection.on('connect', () => {
    const message = encoded(question, id);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    connection.write(Buffer.concat([length, message]));
  });
  connection.on('data', (data: Buffer) => {
    received = Buffer.concat([received, data]);
    if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
    done(read(question, id, received.subarray(2, 2 + received.readUInt16BE(0))) ?? failed('EBADRESP'));
  });
  connection.on('error', (error) => done(failed(codeOf(error))));
  connection.on('close', () => done(failed('ECONNRESET')));
  return () => connection.destroy();
}

/** Asks once; no answer within `patience` is an answer too. */
export function ask(question: Question, stop: AbortSignal, patience: number = PATIENCE): Promise<Reply> {
  const { server, name, type, transport = 'udp' } = question;
  const at = performance.now();
  const id = randomInt(65_536);
  return new Promise((resolve) => {
    let settled = false;
    let close: (() => void) | undefined;
    const done: Done = (came) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      stop.removeEventListener('abort', giveUp);
      close?.();
      resolve({ server, name, type, transport, at, ms: performance.now() - at, ...came });
    };
    const giveUp = (): void => done(failed(stop.aborted ? 'STOPPED' : 'TIMEOUT'));
    const timer = setTimeout(giveUp, patience);
    stop.addEventListener('abort', giveUp);
    try {
      close = (transport === 'tcp' ? overTcp : overUdp)(question, id, done);
      if (settled) close();
    } catch (error) {
      done(failed(codeOf(error)));
    }
  });
}
