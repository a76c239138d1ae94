// mysql2 takes no lookup:
// node --import addrinfo/register examples/clients/mysql2.mjs mysql://USER:PASSWORD@HOST:3306
import mysql from 'mysql2/promise';

const [, , url = 'mysql://root@localhost:3306'] = process.argv;
const connection = await mysql.createConnection(url);

const [rows] = await connection.query("SELECT 'hello' AS greeting");
process.stdout.write(JSON.stringify(rows));
await connection.end();
