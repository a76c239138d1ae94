// pg takes no lookup:
// node --import addrinfo/register examples/clients/pg.mjs postgres://USER@HOST:5432/DATABASE
import pg from 'pg';

const [, , connectionString = 'postgres://localhost:5432/postgres'] = process.argv;
const client = new pg.Client({ connectionString });

await client.connect();
const { rows } = await client.query("SELECT 'hello' AS greeting");
process.stdout.write(rows[0].greeting);
await client.end();
