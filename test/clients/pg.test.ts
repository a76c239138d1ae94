import { join } from 'node:path';
import { describeClient } from './client';
import { asUser, daemon, describeWithPrograms, runToEnd } from './daemon';

describeWithPrograms(['initdb', 'postgres'], 'postgresql', (initdb = '', postgres = '') => {
  describeClient({
    example: 'pg.mjs',
    plug: 'register',
    serve: daemon((dir, port) => {
      const files = join(dir, 'files');
      runToEnd(asUser([initdb, '--pgdata', files, '--username', 'us', '--auth', 'trust', '--no-sync']));
      const settings = [
        'listen_addresses=127.0.0.3',
        `port=${port}`,
        'unix_socket_directories=',
        'fsync=off',
      ];
      return asUser([postgres, '-D', files, ...settings.flatMap((setting) => ['-c', setting])]);
    }),
    args: (name, port) => [`postgres://us@${name}:${port}/postgres`],
    prints: 'hello',
  });
});
