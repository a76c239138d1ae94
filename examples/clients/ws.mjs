// ws: node examples/clients/ws.mjs ws://HOST/
import { lookup } from 'addrinfo';
import { WebSocket } from 'ws';

const [, , url = 'ws://localhost/'] = process.argv;
const socket = new WebSocket(url, { lookup });

socket.on('message', (message) => {
  process.stdout.write(String(message));
  socket.close();
});
