// node-fetch, through an agent of node:http: node examples/clients/node-fetch.mjs http://HOST/
import http from 'node:http';
import { lookup } from 'addrinfo';
import fetch from 'node-fetch';

const [, , url = 'http://localhost/'] = process.argv;
const agent = new http.Agent({ lookup });

const response = await fetch(url, { agent });
process.stdout.write(await response.text());
