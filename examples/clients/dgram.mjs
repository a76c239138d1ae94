// node:dgram: node examples/clients/dgram.mjs HOST PORT
import dgram from 'node:dgram';
import { lookup } from 'addrinfo';

const [, , host = 'localhost', port] = process.argv;
const socket = dgram.createSocket({ type: 'udp4', lookup });

socket.on('message', (message) => {
  process.stdout.write(message);
  socket.close();
});
socket.send('ping', Number(port), host);
