import { describeClient } from './client';
import { serveHttp } from './servers';

describeClient({
  example: 'fetch.mjs',
  plug: 'register',
  serve: serveHttp,
  args: (name, port) => [`http://${name}:${port}/`],
  prints: 'hello',
});
