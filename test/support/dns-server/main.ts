// The DNS server of a sandbox, as a process of its own: dns-server-main.ts QUERY_LOG, where QUERY_LOG may be "off".
import { startDnsServer } from './dns-server';

const queryLog = process.argv[2] ?? 'off';

// It ends with the sandbox, after the command: a Ctrl-C of the terminal, meant for the command, reaches it as well.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
startDnsServer({ queryLog: queryLog === 'off' ? false : queryLog }).then(
  () => process.send?.('ready'),
  (error: unknown) => {
    console.error('sandbox: the DNS server cannot start:', error);
    process.exit(1);
  },
);
