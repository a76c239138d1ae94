import net from 'node:net';
import { describeClient } from './client';
import { listen } from './servers';

describeClient({
  example: 'net.mjs',
  plug: 'lookup',
  serve: () => listen(net.createServer((socket) => socket.end('hello'))),
  args: (name, port) => [name, String(port)],
  prints: 'hello',
});
