// node:net: node examples/clients/net.mjs HOST PORT
import net from 'node:net';
import { lookup } from 'addrinfo';

const [, , host = 'localhost', port] = process.argv;

net.connect({ host, port: Number(port), lookup }).pipe(process.stdout);
