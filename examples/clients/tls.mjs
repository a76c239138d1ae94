// node:tls: node examples/clients/tls.mjs HOST PORT
import tls from 'node:tls';
import { lookup } from 'addrinfo';

const [, , host = 'localhost', port] = process.argv;

tls.connect({ host, port: Number(port), servername: host, lookup }).pipe(process.stdout);
