import http2 from 'node:http2';
import { describeClient } from './client';
import { listen } from './servers';

describeClient({
  example: 'http2.mjs',
  plug: 'lookup',
  serve: () => listen(http2.createServer((_request, response) => response.end('hello'))),
  args: (name, port) => [`http://${name}:${port}/`],
  prints: 'hello',
});
