import net from 'node:net';
import { BSON } from 'mongodb';
import { describeClient } from './client';
import { listen } from './servers';

const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_MSG = 2013;

/** What a server that stands alone says to `hello`, and to every other command. */
const YES = {
  ok: 1,
  helloOk: true,
  isWritablePrimary: true,
  minWireVersion: 0,
  maxWireVersion: 25,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
};

function answerTo(request: Buffer): Buffer {
  const isMessage = request.readInt32LE(12) === OP_MSG;
  const document = BSON.serialize(YES);
  // OP_MSG: flags, then a section of kind 0. OP_REPLY: flags, cursor, start, one document.
  const body = isMessage
    ? Buffer.concat([Buffer.alloc(5), document])
    : Buffer.concat([Buffer.alloc(16), Buffer.from([1, 0, 0, 0]), document]);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + body.length, 0);
  header.writeInt32LE(request.readInt32LE(4), 8);
  header.writeInt32LE(isMessage ? OP_MSG : OP_REPLY, 12);
  return Buffer.concat([header, body]);
}

/** As much of MongoDB's wire protocol as a ping takes. */
function converse(socket: net.Socket): void {
  let received: Buffer = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    while (received.length >= HEADER_BYTES && received.length >= received.readInt32LE(0)) {
      const length = received.readInt32LE(0);
      socket.write(answerTo(received.subarray(0, length)));
      received = received.subarray(length);
    }
  });
}

describeClient({
  example: 'mongodb.mjs',
  plug: 'lookup',
  serve: () => listen(net.createServer(converse)),
  args: (name, port) => [`mongodb://${name}:${port}`],
  prints: 'ok: 1',
});
