import { describeClient } from './client';
import { serveHttp } from './servers';

describeClient({
  example: 'got.mjs',
  plug: 'lookup',
  serve: serveHttp,
  args: (name, port) => [`http://${name}:${port}/`],
  prints: 'hello',
});
