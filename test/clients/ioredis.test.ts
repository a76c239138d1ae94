import { describeClient } from './client';
import { daemon, describeWithPrograms } from './daemon';

describeWithPrograms(['redis-server'], 'redis-server', (redisServer = '') => {
  describeClient({
    example: 'ioredis.mjs',
    plug: 'register',
    serve: daemon((dir, port) => [
      redisServer,
      ...[
        '--bind',
        '127.0.0.3',
        '--port',
        String(port),
        '--dir',
        dir,
        '--save',
        '',
        '--protected-mode',
        'no',
      ],
    ]),
    args: (name, port) => [`redis://${name}:${port}`],
    prints: 'hello',
  });
});
