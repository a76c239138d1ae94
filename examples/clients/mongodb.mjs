// mongodb: node examples/clients/mongodb.mjs mongodb://HOST:27017
import { lookup } from 'addrinfo';
import { MongoClient } from 'mongodb';

const [, , url = 'mongodb://localhost:27017'] = process.argv;
const client = new MongoClient(url, { lookup, serverSelectionTimeoutMS: 3000 });

const { ok } = await client.db('admin').command({ ping: 1 });
process.stdout.write(`ok: ${ok}`);
await client.close();
