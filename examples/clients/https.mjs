// node:https, one agent with our lookup: node examples/clients/https.mjs https://HOST/
import https from 'node:https';
import { lookup } from 'addrinfo';

const [, , url = 'https://localhost/'] = process.argv;
const agent = new https.Agent({ lookup });

https.get(url, { agent }, (response) => response.pipe(process.stdout));
