// A small service that fetches from another one. It says nothing of DNS: `node --import addrinfo/register
// server.mjs` puts addrinfo in dns.lookup's place, for this file and for every library it uses.

import http from 'node:http';

const { PORT = '8080', UPSTREAM = 'http://upstream' } = process.env;

const server = http.createServer((request, response) => {
  if (request.url === '/healthz') {
    response.end('ok\n');
    return;
  }
  http
    .get(UPSTREAM, { agent: false }, (upstream) => {
      response.writeHead(upstream.statusCode ?? 502);
      upstream.pipe(response);
    })
    .on('error', (error) => {
      response.writeHead(502).end(`${error.message}\n`);
    });
});

server.listen(Number(PORT), () => {
  const address = server.address();
  console.log(`listening on ${typeof address === 'object' ? address?.port : address}`);
});

process.on('SIGTERM', () => server.close());
