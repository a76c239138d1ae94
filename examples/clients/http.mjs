// node:http, one agent with our lookup: node examples/clients/http.mjs http://HOST/
import http from 'node:http';
import { lookup } from 'addrinfo';

const [, , url = 'http://localhost/'] = process.argv;
const agent = new http.Agent({ lookup });

http.get(url, { agent }, (response) => response.pipe(process.stdout));
