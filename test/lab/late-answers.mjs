// late-answers.mjs ADDRESS SERVER MS: a relay in front of a DNS server that passes queries on at once and
// holds every answer for MS milliseconds: a server whose upstream is cold, or simply one that is not next
// door.
import { createSocket } from 'node:dgram';

const [address, server, milliseconds] = process.argv.slice(2);
const delay = Number(milliseconds);

const front = createSocket('udp4');
const back = createSocket('udp4');

/**
 * Queries under way, by the message id we gave them: ids of different clients may be equal.
 * @type {Map<number, { id: number, port: number, address: string }>}
 */
const asked = new Map();
let next = 0;

front.on('message', (query, client) => {
  next = (next + 1) & 0xffff;
  asked.set(next, { id: query.readUInt16BE(0), port: client.port, address: client.address });
  query.writeUInt16BE(next, 0);
  back.send(query);
});

back.on('message', (answer) => {
  const key = answer.readUInt16BE(0);
  const client = asked.get(key);
  if (client === undefined) return;
  asked.delete(key);
  answer.writeUInt16BE(client.id, 0);
  setTimeout(() => front.send(answer, client.port, client.address), delay);
});

back.connect(53, server, () => front.bind(53, address));
