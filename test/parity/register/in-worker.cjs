// Looks $NAME up in a worker thread, which has a node:dns of its own.
const dns = require('node:dns');
const { isMainThread, Worker } = require('node:worker_threads');

if (isMainThread) new Worker(__filename);
else dns.lookup(process.env['NAME'] ?? '', (error, address) => console.log(error ? error.code : address));
