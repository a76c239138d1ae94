// Questions to a server that keeps no log of its own, counted on the wire.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** UDP, and the segments of TCP that carry something. */
const QUESTIONS =
  'dst port 53 and (udp or (tcp and (ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2)) != 0))';
const LINE = /^(?<seconds>[\d.]+) IP \S+ > (?<to>\d+\.\d+\.\d+\.\d+)\.53:/;

/** Writes each packet with a question for one of these servers to the log. Resolves when none is missed any more. */
export async function logPackets(servers: readonly string[], queryLog: string): Promise<void> {
  const hosts = servers.map((address) => `dst host ${address}`).join(' or ');
  const options = ['-i', 'lo', '-n', '-tt', '-l', '--immediate-mode', '-Z', 'root'];
  const tcpdump = spawn('tcpdump', [...options, `(${hosts}) and ${QUESTIONS}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface(tcpdump.stdout).on('line', (line) => {
    const { seconds, to } = LINE.exec(line)?.groups ?? {};
    if (to !== undefined) appendFileSync(queryLog, `${JSON.stringify({ t: Number(seconds) * 1000, to })}\n`);
  });
  tcpdump.on('exit', (code) => {
    throw new Error(`tcpdump ended with ${code}`);
  });
  // It says "listening on lo" when it does.
  await once(tcpdump.stderr, 'data');
}
