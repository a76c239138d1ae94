// node:http2: node examples/clients/http2.mjs http://HOST/
import http2 from 'node:http2';
import { lookup } from 'addrinfo';

const [, , url = 'http://localhost/'] = process.argv;
const session = http2.connect(url, { lookup });

const request = session.request({ ':path': new URL(url).pathname });
request.pipe(process.stdout);
request.on('close', () => session.close());
