#!/usr/bin/env node
import { lookupCommand } from './lookup';
import { type Command, UsageError } from './usage';

const USAGE = `Usage: addrinfo HOST...            print the addresses of each host, one a line
       addrinfo --help | --version

  --family 4|6|0     which addresses: IPv4 (default), IPv6, or both in the system's order
  --service NAME     a service name or port: prints ADDRESS PORT
  --all-info         every field that getaddrinfo gives
  --json             one JSON document instead of lines
  --time             how long each host took, on stderr
  --timeout MS       deadline for each host (default 5000)

Exit code: 0, or 1 when a name did not resolve, 2 for bad usage.
`;

const COMMANDS: ReadonlyMap<string, Command> = new Map([]);

async function main(args: readonly string[]): Promise<number> {
  const [first = ''] = args;
  if (first === '--help' || first === '-h') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (first === '--version' || first === '-v') {
    const { version }: { version: string } = require('../../package.json');
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const command = COMMANDS.get(first);
  return command === undefined ? lookupCommand(args) : command(args.slice(1));
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`addrinfo: ${error.message}\nTry: addrinfo --help\n`);
    process.exitCode = 2;
  },
);
