import { describeClient } from './client';
import { serveHttps } from './servers';

describeClient({
  example: 'https.mjs',
  plug: 'lookup',
  serve: serveHttps,
  args: (name, port) => [`https://${name}:${port}/`],
  prints: 'hello',
});
