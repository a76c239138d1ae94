// `npm run demo`: one name, whose AAAA answers are lost, resolved in four ways, in the sandbox.
import dns from 'node:dns';
import { promisify } from 'node:util';
import { lookup, lookup4 } from '../../src/index';
import { typesAsked, uniqueName } from './dns-server/query-log';
import { inSandbox, noSandboxReason } from './sandbox/fresh-sandbox';

const nodeLookup = promisify(dns.lookup);
const ourLookup = promisify(lookup);

const ways: readonly [string, (name: string) => Promise<string>][] = [
  ['dns.lookup(name)', async (name) => (await nodeLookup(name)).address],
  ['dns.lookup(name, { family: 4 })', async (name) => (await nodeLookup(name, { family: 4 })).address],
  ['lookup4(name)', (name) => lookup4(name)],
  ['lookup(name), the drop-in', async (name) => (await ourLookup(name)).address],
];

function row(way: string, time: string, address: string, queries: string): void {
  console.log(`  ${way.padEnd(32)} ${time.padStart(10)}   ${address.padEnd(16)} ${queries}`);
}

async function main(): Promise<void> {
  if (!inSandbox) {
    console.error(`The demo needs its sandbox: ${noSandboxReason}`);
    process.exitCode = 1;
    return;
  }
  console.log('\nOne name with an A record. The DNS server answers A; every AAAA answer is lost.\n');
  row('', 'time', 'address', 'queries sent');
  for (const [way, resolve] of ways) {
    const name = uniqueName('a-10-1-2-3.drop-aaaa');
    const begun = performance.now();
    const address = await resolve(name).catch((error: Error) => error.message);
    const time = `${(performance.now() - begun).toFixed(1)} ms`;
    const sent = typesAsked(name);
    row(way, time, address, `${sent.length}: ${sent.join(' ')}`);
  }
  console.log('\nThe first line is what a service waits for when one of two packets is lost.\n');
}

void main();
