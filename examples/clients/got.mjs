// got, one instance with our lookup: node examples/clients/got.mjs http://HOST/
import { lookup } from 'addrinfo';
import got from 'got';

const [, , url = 'http://localhost/'] = process.argv;
const client = got.extend({ dnsLookup: lookup });

process.stdout.write(await client(url).text());
