import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import { encodeForged } from './answer';
import type { Plan } from './plan';
import type { LoggedQuery } from './query-log';
import { type Known, Responder } from './responder';

export interface DnsServerOptions {
  /** Default 127.0.0.1. */
  address?: string;
  /** Default 53; 0 for one that is free. */
  port?: number;
  /** Directives for every query, in the form of a name: `delay-100.servfail`. They win over the name's own. */
  directives?: string;
  /** A file to log queries to instead of `queries`; false for no log at all. */
  queryLog?: string | false;
}

export interface DnsServer {
  readonly address: string;
  readonly port: number;
  /** Every query so far, unless they go to a file. */
  readonly queries: readonly LoggedQuery[];
  /** Directives for every query from now on, in the place of those before. */
  impose(directives: string): void;
  close(): Promise<void>;
}

/** A copy of a message with the id of the query that it answers. */
function withId(message: Buffer, id: number): Buffer {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(id, 0);
  return copy;
}

/** Over TCP each message has its length in front. */
function framed(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(message.length + 2);
  frame.writeUInt16BE(message.length, 0);
  message.copy(frame, 2);
  return frame;
}

class ScriptedServer implements DnsServer {
  readonly address: string;
  readonly queries: LoggedQuery[] = [];
  #responder: Responder;
  readonly #udp: UdpSocket;
  readonly #tcp: Server;
  readonly #connections = new Set<Socket>();
  readonly #log: number | false | undefined;
  #port = 0;
  #closed = false;

  constructor(address: string, options: DnsServerOptions) {
    this.address = address;
    this.#responder = new Responder(options.directives);
    this.#log = typeof options.queryLog === 'string' ? openSync(options.queryLog, 'a') : options.queryLog;
    // Without `lookup` every send would ask Node's resolver about a numeric address.
    this.#udp = createSocket({
      type: isIPv6(address) ? 'udp6' : 'udp4',
      lookup: (host, _options, callback) => callback(null, host, isIPv6(host) ? 6 : 4),
    });
    this.#tcp = createServer({ noDelay: true }, (connection) => this.#serve(connection));
  }

  get port(): number {
    return this.#port;
  }

  async listen(port: number): Promise<void> {
    // Made first: with a synchronous `lookup`, bind emits the event before it returns.
    const listening = once(this.#udp, 'listening');
    this.#udp.bind(port, this.address);
    await listening;
    this.#port = this.#udp.address().port;
    this.#tcp.listen(this.#port, this.address);
    await once(this.#tcp, 'listening');
    this.#udp.on('message', (packet, from) => this.#answerUdp(packet, from.address, from.port));
  }

  impose(directives: string): void {
    this.#responder = new Responder(directives);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const connection of this.#connections) connection.destroy();
    this.#udp.close();
    if (this.#tcp.listening) {
      this.#tcp.close();
      await once(this.#tcp, 'close');
    }
    if (typeof this.#log === 'number') closeSync(this.#log);
  }

  #record(known: Known, id: number, from: string, port: number, transport: 'udp' | 'tcp'): void {
    if (this.#log === false) return;
    const query: LoggedQuery = {
      t: performance.timeOrigin + performance.now(),
      name: known.question.name,
      type: known.question.type,
      id,
      from,
      port,
      transport,
      to: this.address,
      toPort: this.#port,
      edns: known.question.edns,
      ad: known.ad,
    };
    if (this.#log === undefined) this.queries.push(query);
    else writeSync(this.#log, `${JSON.stringify(query)}\n`);
  }

  #answerUdp(packet: Buffer, address: string, port: number): void {
    const known = this.#responder.identify(packet);
    if (known === undefined) return;
    const id = packet.readUInt16BE(0);
    this.#record(known, id, address, port, 'udp');
    const plan = this.#responder.plan(known);
    const send = (message: Buffer) => {
      // The client may be gone: nobody waits for the outcome.
      if (!this.#closed) this.#udp.send(message, port, address, () => {});
    };
    this.#schedule(plan, () => {
      for (const what of plan.forged) send(encodeForged({ ...known.question, id }, what));
      if (plan.lost) return;
      const message = withId(plan.udp, id);
      send(message);
      if (plan.dup !== undefined) setTimeout(send, plan.dup, message).unref();
    });
  }

  #serve(connection: Socket): void {
    this.#connections.add(connection);
    connection.on('close', () => this.#connections.delete(connection));
    connection.on('error', () => connection.destroy());
    const from = connection.remoteAddress ?? '';
    const port = connection.remotePort ?? 0;
    let pending: Buffer = Buffer.alloc(0);
    connection.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0);
        this.#answerTcp(pending.subarray(2, end), connection, from, port);
        pending = pending.subarray(end);
      }
    });
  }

  #answerTcp(packet: Buffer, connection: Socket, from: string, port: number): void {
    const known = this.#responder.identify(packet);
    if (known === undefined) return;
    const id = packet.readUInt16BE(0);
    this.#record(known, id, from, port, 'tcp');
    const plan = this.#responder.plan(known);
    if (plan.lost) return;
    this.#schedule(plan, () => {
      if (connection.destroyed) return;
      const message = framed(withId(plan.tcp, id));
      if (plan.cut) connection.end(message.subarray(0, message.length >> 1));
      else connection.write(message);
    });
  }

  #schedule(plan: Plan, answer: () => void): void {
    if (plan.delay === 0) answer();
    else setTimeout(answer, plan.delay).unref();
  }
}

/**
 * Starts a server on one address and port, UDP and TCP.
 *
 * @returns The server, listening.
 * @throws The system's error (EADDRINUSE, EACCES) where it cannot listen.
 */
export async function startDnsServer(options: DnsServerOptions = {}): Promise<DnsServer> {
  const server = new ScriptedServer(options.address ?? '127.0.0.1', options);
  try {
    await server.listen(options.port ?? 53);
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}
