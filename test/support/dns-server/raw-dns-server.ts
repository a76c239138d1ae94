import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** How a query is answered, byte for byte: messages to send, in order. */
export interface RawAnswer {
  readonly udp: (query: Buffer) => readonly Buffer[];
  /** What follows the two bytes of length; undefined ends the connection without a word. */
  readonly tcp?: (query: Buffer) => Buffer | undefined;
  /** UDP answers come from another port than the one that was asked, of this address. */
  readonly fromElsewhere?: '127.0.0.1' | '127.0.0.2';
  /** They come after as many ms, default 0, the first apart. */
  readonly laterBy?: number;
}

export interface RawDnsServer {
  /** `address:port`, as `resolv.nameservers` takes it. */
  readonly at: string;
  /** Queries over UDP so far. */
  readonly asked: () => number;
  close(): Promise<void>;
}

async function bound(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** How often a port that is free for UDP may be taken for TCP: the client's end of an earlier connection has it. */
const TRIES = 50;

/** A UDP socket, and the listener on its port. */
async function boundForBoth(listener: Server): Promise<Socket> {
  for (let tries = 1; ; tries += 1) {
    const socket = await bound('127.0.0.1');
    try {
      listener.listen(socket.address().port, '127.0.0.1');
      await once(listener, 'listening');
      return socket;
    } catch (error) {
      socket.close();
      if (tries === TRIES) throw error;
    }
  }
}

/** A nameserver that sends whatever bytes a test wants, on a free port. */
export async function startRawDnsServer(answer: RawAnswer): Promise<RawDnsServer> {
  const elsewhere = await bound(answer.fromElsewhere ?? '127.0.0.1');
  let asked = 0;
  let closed = false;
  const heard = (query: Buffer, from: RemoteInfo): void => {
    asked += 1;
    const out = answer.fromElsewhere ? elsewhere : socket;
    const send = (message: Buffer) => {
      if (!closed) out.send(message, from.port, from.address);
    };
    const [first, ...more] = answer.udp(query);
    if (first !== undefined) send(first);
    if (answer.laterBy === undefined) more.forEach(send);
    else setTimeout(() => more.forEach(send), answer.laterBy);
  };
  const listener = createServer((connection) => {
    connection.on('error', () => {});
    connection.once('data', (frame) => {
      const message = answer.tcp?.(frame.subarray(2));
      if (message === undefined) {
        connection.destroy();
        return;
      }
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      connection.end(Buffer.concat([length, message]));
    });
  });
  const socket = await boundForBoth(listener);
  socket.on('message', heard);
  return {
    at: `127.0.0.1:${socket.address().port}`,
    asked: () => asked,
    close: async () => {
      closed = true;
      socket.close();
      elsewhere.close();
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** The query's id and question under a header with these flags and answer count. */
export function header(query: Buffer, flags: number, answers: number): Buffer {
  const questionEnd = query.indexOf(0, 12) + 5;
  const head = Buffer.from(query.subarray(0, questionEnd));
  head.writeUInt16BE(flags, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(answers, 6);
  head.writeUInt32BE(0, 8);
  return head;
}

/** QR, RD, RA; no error. */
export const ANSWERED = 0x8180;
/** TC beside them. */
export const TRUNCATED = 0x8380;

/** An A record for the name of the question: a compression pointer to it. */
export function aRecord(address: readonly [number, number, number, number]): Buffer {
  return Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...address]);
}
