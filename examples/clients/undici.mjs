// undici, one Agent with our lookup: node examples/clients/undici.mjs http://HOST/
import { lookup } from 'addrinfo';
import { Agent, request } from 'undici';

const [, , url = 'http://localhost/'] = process.argv;
const dispatcher = new Agent({ connect: { lookup } });

const { body } = await request(url, { dispatcher });
process.stdout.write(await body.text());
await dispatcher.close();
