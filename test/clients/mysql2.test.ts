import { join } from 'node:path';
import { describeClient } from './client';
import { asUser, daemon, describeWithPrograms, runToEnd } from './daemon';

describeWithPrograms(
  ['mariadb-install-db', 'mariadbd'],
  'mariadb-server',
  (installDb = '', mariadbd = '') => {
    describeClient({
      example: 'mysql2.mjs',
      plug: 'register',
      serve: daemon((dir, port) => {
        const files = join(dir, 'files');
        runToEnd(asUser([installDb, '--no-defaults', `--datadir=${files}`, '--skip-test-db']));
        const settings = ['--bind-address=127.0.0.3', `--port=${port}`, `--socket=${join(dir, 'socket')}`];
        // No accounts to set up, and no reverse lookups of ours in the log.
        const open = ['--skip-grant-tables', '--skip-name-resolve'];
        return asUser([mariadbd, '--no-defaults', `--datadir=${files}`, ...settings, ...open]);
      }),
      args: (name, port) => [`mysql://us@${name}:${port}`],
      prints: '[{"greeting":"hello"}]',
    });
  },
);
