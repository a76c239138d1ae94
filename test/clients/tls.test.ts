import tls from 'node:tls';
import { describeClient } from './client';
import { listenSecurely } from './servers';

describeClient({
  example: 'tls.mjs',
  plug: 'lookup',
  serve: (name) =>
    listenSecurely(name, ({ key, cert }) => tls.createServer({ key, cert }, (socket) => socket.end('hello'))),
  args: (name, port) => [name, String(port)],
  prints: 'hello',
});
