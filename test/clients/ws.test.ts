import http from 'node:http';
import { WebSocketServer } from 'ws';
import { describeClient } from './client';
import { listen } from './servers';

describeClient({
  example: 'ws.mjs',
  plug: 'lookup',
  serve: () => {
    const server = http.createServer();
    new WebSocketServer({ server }).on('connection', (socket) => socket.send('hello'));
    return listen(server);
  },
  args: (name, port) => [`ws://${name}:${port}/`],
  prints: 'hello',
});
