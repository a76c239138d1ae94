import dgram from 'node:dgram';
import { once } from 'node:events';
import { ADDRESS, describeClient } from './client';

describeClient({
  example: 'dgram.mjs',
  plug: 'lookup',
  serve: async () => {
    const socket = dgram.createSocket('udp4');
    socket.on('message', (message, { port, address }) => socket.send(`${message} pong`, port, address));
    socket.bind(0, ADDRESS);
    await once(socket, 'listening');
    return { port: socket.address().port, close: () => void socket.close() };
  },
  args: (name, port) => [name, String(port)],
  prints: 'ping pong',
  firstRefuses: false,
});
