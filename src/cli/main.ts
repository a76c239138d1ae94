#!/usr/bin/env node
import { type Command, UsageError } from './usage';
import { packageVersion } from './version';

const USAGE = `Usage: addrinfo HOST...            print the addresses of each host, one a line
       addrinfo doctor [HOST...]   find out whether lookups stall here, and why
       addrinfo watch HOST         look a host up each second, show the stalls
       addrinfo build              compile the addon from source, where the package has none
       addrinfo --help | --version

  --family 4|6|0     which addresses: IPv4 (default), IPv6, or both in the system's order
  --service NAME     a service name or port: prints ADDRESS PORT
  --all-info         every field that getaddrinfo gives
  --json             one JSON document instead of lines
  --time             how long each host took, and who answered, on stderr
  --timeout MS       deadline for each host (default 5000)
  --nameserver IP    ask this one instead, IP:PORT and [IPv6]:PORT too; up to three times (glibc)
  --resolv WORDS     options as in resolv.conf: 'single-request timeout:1 attempts:3' (glibc)

Exit code: 0, or 1 when a name did not resolve, 2 for bad usage, or when the package cannot run here.
doctor, watch and build have a --help of their own.
`;

// Loaded when asked for: the addon may not load, and --version must work even then.
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['doctor', async () => (await import('./doctor/doctor.js')).doctorCommand],
  ['build', async () => (await import('./build.js')).buildCommand],
  ['watch', async () => (await import('./watch/watch.js')).watchCommand],
]);

async function loadLookup(): Promise<Command> {
  return (await import('./lookup.js')).lookupCommand;
}

async function main(args: readonly string[]): Promise<number> {
  const [first = ''] = args;
  if (first === '--help' || first === '-h') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (first === '--version' || first === '-v') {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  const { load, rest } = commandIn(args);
  if (load === undefined) return (await loadLookup())(args);
  return (await load())(rest);
}

/** The subcommand, which may come after its options; what is left are its arguments. */
function commandIn(args: readonly string[]): {
  load?: (() => Promise<Command>) | undefined;
  rest: readonly string[];
} {
  const at = args.findIndex((arg) => !arg.startsWith('-'));
  const load = COMMANDS.get(args[at] ?? '');
  return { load, rest: load === undefined ? args : args.toSpliced(at, 1) };
}

function cannotRun(error: unknown, command: string): string | undefined {
  if (error instanceof UsageError) return `addrinfo: ${error.message}\nTry: addrinfo ${command}--help\n`;
  const noAddon = error instanceof Error && 'code' in error && error.code === 'ERR_ADDRINFO_ADDON';
  return noAddon ? `${error.message}\n` : undefined;
}

// `addrinfo watch HOST | head`: whoever reads has enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`addrinfo: cannot write the output: ${error.message}\n`);
  process.exit(2);
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const command = process.argv.slice(2).find((arg) => COMMANDS.has(arg));
    const message = cannotRun(error, command === undefined ? '' : `${command} `);
    if (message === undefined) throw error;
    process.stderr.write(message);
    process.exitCode = 2;
  },
);
