// axios, one instance with our lookup: node examples/clients/axios.mjs http://HOST/
import { lookup } from 'addrinfo';
import axios from 'axios';

const [, , url = 'http://localhost/'] = process.argv;
const client = axios.create({ lookup });

const { data } = await client.get(url);
process.stdout.write(String(data));
